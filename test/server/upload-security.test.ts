import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import { programStore } from '../../src/server/program-store.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { json, key, labeled, labeler, served } from './served.ts'

type Json = Record<string, unknown>

/** A file as saveProgram writes it, changed, without the digest that would betray it. */
const changed = async (change: (file: Json) => void): Promise<string> => {
  const file = JSON.parse(await labeler())
  delete file.metadata.kkachi.digest
  change(file)
  return JSON.stringify(file)
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('19. a file with names of prototypes', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('(%s) changes none', async name => {
    const { run, upload } = served()
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    const evil = `{"${name}": {"prototype": {"polluted": true}, "polluted": true}}`
    for (const file of [
      evil,
      await changed(file => Object.assign(file, { demos: [] })).then(text =>
        text.replace('"demos":[]', `"demos":[${evil}]`),
      ),
      await changed(() => {}).then(text => text.replace('{', `{"${name}": {"polluted": true},`)),
      await changed(() => {}).then(text => text.replace('"kkachi":{', `"kkachi":{"${name}": {"polluted": true},`)),
    ]) {
      const response = await upload('a', file)
      expect([200, 400]).toContain(response.status)
      if (response.status === 200) expect((await run('a', { input: { text: 'x' } })).status).toBe(200)
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
      expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
    }
  })
})

describe('20. no text of a file', () => {
  test('is compiled: with eval and Function trapped, 10,000 changed files trigger nothing', async () => {
    const trapped: string[] = []
    const trap = (name: string) => () => {
      trapped.push(name)
      throw new Error(name)
    }
    const base = JSON.parse(await labeler())
    delete base.metadata.kkachi.digest
    const { programs } = served()
    vi.stubGlobal('eval', trap('eval'))
    vi.stubGlobal('Function', trap('Function'))
    const codes = [
      "import('node:fs')",
      'process.env.OPENAI_API_KEY',
      '${1+1}',
      '() => {}',
      'file:///etc/passwd',
      '{{x}}',
    ]
    const text = fc.oneof(fc.constantFrom(...codes), fc.string({ maxLength: 12 }))
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.constantFrom('signature', 'module', 'adapter', 'provenance'),
        async (one, two, place) => {
          const file = structuredClone(base)
          file.signature.instructions = one
          file.demos = [{ text: two, label: one, augmented: true }]
          file.metadata.kkachi[place] = place === 'provenance' ? { [one]: two } : one
          await programs.put('a', JSON.stringify(file)).catch(() => {})
        },
      ),
      { numRuns: 10_000 },
    )
    expect(trapped).toEqual([])
  }, 300_000)
})

describe('21. a file that names a model, an address or a key', () => {
  test('is told that it has none, and the request goes where it always goes', async () => {
    const model = scriptedModel(() => labeled('fine'))
    const { run, upload } = served({ model })
    const file = await changed(file => {
      file.lm = { model: 'evil/model', api_base: 'http://evil.example', api_key: 'sk-evil', headers: { a: 'b' } }
      file.url = 'http://evil.example'
      Object.assign(file.metadata as Json, { base_url: 'http://evil.example' })
      Object.assign((file.metadata as { kkachi: Json }).kkachi, { apiKey: 'sk-evil', path: '/etc/passwd' })
    })
    const answer = (await (await upload('a', file)).json()) as Json
    expect(answer.withoutEffect).toEqual([
      '/lm',
      '/url',
      '/metadata/base_url',
      '/metadata/kkachi/apiKey',
      '/metadata/kkachi/path',
    ])
    await run('a', { input: { text: 'x' } })
    expect(JSON.stringify(model.calls)).not.toContain('evil')
  })
})

describe('22. data that looks like our own marks', () => {
  test('comes back unchanged, byte for byte', async () => {
    const { ask, upload } = served()
    const marks = [
      { $ref: '#/x' },
      { lc: 1, type: 'constructor', id: ['a'] },
      { __model__: 'x' },
      '[[ ## label ## ]]',
      { '@type': 'Set' },
    ]
    const demos = marks.map(mark => ({
      text: typeof mark === 'string' ? mark : JSON.stringify(mark),
      label: 'x',
      extra: mark,
    }))
    const file = await saveProgram(
      predict('text -> label').withState(JSON.parse(await changed(file => Object.assign(file, { demos })))),
    )
    await upload('a', file)
    expect(await (await ask('/programs/a')).text()).toBe(file)
  })
})

describe('23. a file beyond the limits', () => {
  const deep = (levels: number): unknown => Array.from({ length: levels }).reduce(inner => [inner], 'x')

  test.each([
    ['too large', 413, async () => changed(file => Object.assign(file, { traces: ['x'.repeat(2 ** 20)] }))],
    ['nested too deep', 400, async () => changed(file => Object.assign(file, { traces: [deep(120)] }))],
    ['with too many demos', 400, async () => changed(file => Object.assign(file, { demos: Array(1001).fill({}) }))],
    [
      'of a later format',
      400,
      async () => changed(file => Object.assign((file.metadata as { kkachi: Json }).kkachi, { format: 2 })),
    ],
    ['changed by one letter', 400, async () => (await labeler()).replace('Label the text', 'Label tha text')],
    ['cut', 400, async () => (await labeler()).slice(0, -3)],
    ['of another shape', 400, async () => '[1, 2, 3]'],
    ['without demos that are objects', 400, async () => changed(file => Object.assign(file, { demos: ['x'] }))],
  ])('(%s) is refused whole: the program before stays', async (_, status, file) => {
    const { ask, run, upload } = served()
    const good = await labeler()
    await upload('a', good)
    expect((await upload('a', await file())).status).toBe(status)
    expect(await (await ask('/programs/a')).text()).toBe(good)
    expect((await run('a', { input: { text: 'x' } })).status).toBe(200)
  })
})

describe('24. what is no JSON', () => {
  test.each([
    ['a pickle', [0x80, 0x04, 0x95, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x8c]],
    ['a pickle in letters', [...new TextEncoder().encode("cos\nsystem\n(S'ls'\ntR.")]],
    ['an archive', [0x50, 0x4b, 0x03, 0x04, 0x14, 0]],
    ['a packed one', [0x1f, 0x8b, 0x08, 0]],
  ])('(%s) is refused, whatever it calls itself', async (_, bytes) => {
    const { ask, programs } = served()
    for (const [type, status] of [
      ['application/json', 400],
      ['application/octet-stream', 415],
      ['application/x-python-pickle', 415],
    ] as const) {
      const response = await ask('/programs/a', {
        method: 'PUT',
        headers: { 'content-type': type },
        body: new Uint8Array(bytes),
      })
      expect([type, response.status]).toEqual([type, status])
    }
    expect(await programs.get('a')).toBeUndefined()
  })
})

describe('40. the keys of programs', () => {
  const hostile = [
    '..',
    '../cache',
    'a/b',
    'a:b',
    'a\0b',
    'a\nb',
    'x'.repeat(600),
    '\u00c5',
    'A\u030a',
    '\u0430',
    'a',
    'A',
    'programs/',
    '',
    '"',
    '\\',
  ]

  test('are hashes: hostile names never meet, and no key is over 512 bytes', async () => {
    const storage = memoryStorage()
    const programs = programStore(storage)
    for (const name of hostile) await programs.put(name, await labeler(`For ${JSON.stringify(name)}.`))
    for (const name of hostile) {
      const found = await programs.get(name)
      expect([found?.name, found?.program.signature.instructions]).toEqual([name, `For ${JSON.stringify(name)}.`])
    }
    const keys: string[] = []
    for await (const one of storage.list('')) keys.push(one)
    expect(keys).toHaveLength(hostile.length)
    expect(keys.filter(one => !/^programs\/[0-9a-f]{64}$/.test(one))).toEqual([])
    expect((await programs.list()).programs.map(({ name }) => name).sort()).toEqual([...hostile].sort())
  })

  test('cannot be reached around the list by its cursor', async () => {
    const storage = memoryStorage()
    await storage.put('cache/secret', new TextEncoder().encode('"x"\nSECRET'))
    const { app } = served({ storage })
    const headers = { ...json, authorization: `Bearer ${key}` }
    for (const after of ['../cache', '', '\0', 'programs/', '%', '😀'.repeat(200)]) {
      const response = await app.request(`/programs?after=${encodeURIComponent(after)}`, { headers })
      expect(await response.json()).toEqual({ programs: [] })
    }
  })
})
