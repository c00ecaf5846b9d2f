import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/data/sha256.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { errorCode, json, labeler, served } from './served.ts'

describe('programs', () => {
  test('are uploaded, listed and given back as they came', async () => {
    const { ask, upload } = served()
    const file = await labeler()
    const version = await sha256(file)
    const uploaded = await upload('sentiment', file)
    expect(uploaded.status).toBe(200)
    expect(uploaded.headers.get('etag')).toBe(`"${version}"`)
    const summary = { name: 'sentiment', version, module: 'predict', signature: 'text: str -> label: str' }
    expect(await uploaded.json()).toEqual({ ...summary, signature: expect.any(String) })
    expect(await (await ask('/programs')).json()).toEqual({
      programs: [{ ...summary, signature: expect.stringContaining('->') }],
    })
    const given = await ask('/programs/sentiment')
    expect(given.headers.get('content-type')).toBe('application/json')
    expect(await given.text()).toBe(file)
  })

  test('are named by their content: the same file is the same version', async () => {
    const { upload } = served()
    const first = await upload('a', await labeler('One.'))
    const second = await upload('a', await labeler('Two.'))
    const again = await upload('b', await labeler('One.'))
    expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'))
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
  })

  test('are not sent again to who has them', async () => {
    const { ask, upload } = served()
    const etag = (await upload('a', await labeler())).headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await ask('/programs/a', { headers: { 'if-none-match': known } })
      expect(response.status).toBe(304)
      expect(await response.text()).toBe('')
    }
    expect((await ask('/programs/a', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('are refused with a condition that the store cannot keep', async () => {
    const { ask, programs } = served()
    const headers = { ...json, 'if-match': '"x"' }
    const response = await ask('/programs/a', { method: 'PUT', headers, body: await labeler() })
    expect([response.status, await errorCode(response)]).toEqual([501, 'request/condition'])
    expect(await programs.get('a')).toBeUndefined()
  })

  test('that are not there are 404', async () => {
    const { ask, run } = served()
    for (const response of [await ask('/programs/absent'), await run('absent', { input: {} })]) {
      expect([response.status, await errorCode(response)]).toEqual([404, 'program/unknown'])
    }
  })

  test.each(['..%2f..%2fsecrets', '__proto__', '.hidden', 'a%00b', 'x'.repeat(65), 'a%20b', 'nam%C3%A9', 'a.', '%ff'])(
    'cannot be called %s',
    async name => {
      const { ask, upload } = served()
      expect((await upload(name, await labeler())).status).toBe(404)
      expect((await ask(`/programs/${name}`)).status).toBe(404)
    },
  )

  test('of DSPy get their types from the query, and say them from then on', async () => {
    const { ask, run } = served()
    const { metadata: _, ...plain } = JSON.parse(await labeler())
    const body = JSON.stringify(plain)
    const without = await ask('/programs/plain', { method: 'PUT', headers: json, body })
    expect([without.status, await errorCode(without)]).toEqual([400, 'program-file/mismatch'])
    const signature = encodeURIComponent("text -> label: 'fine' | 'bad'")
    const uploaded = await ask(`/programs/plain?signature=${signature}`, { method: 'PUT', headers: json, body })
    expect(uploaded.status).toBe(200)
    expect(await (await run('plain', { input: { text: 'x' } })).json()).toMatchObject({ prediction: { label: 'fine' } })
  })

  test('of several predictors are refused, since their code is not in the file', async () => {
    const { upload } = served()
    const { metadata: _, ...state } = JSON.parse(await labeler())
    const response = await upload('two', JSON.stringify({ a: state, b: state }))
    expect([response.status, await errorCode(response)]).toEqual([400, 'program-file/mismatch'])
  })

  test('made for a prompt format we do not have are refused', async () => {
    const { upload } = served()
    const file = await saveProgram(chainOfThought('a -> b'), { adapter: 'crayon' })
    expect(await errorCode(await upload('a', file))).toBe('program-file/mismatch')
  })

  test('tell which parts of them have no effect', async () => {
    const { upload } = served()
    const file = JSON.parse(await labeler())
    const { digest: _, ...kkachi } = file.metadata.kkachi
    const odd = {
      ...file,
      lm: { model: 'x', api_base: 'http://evil.example' },
      headers: 1,
      train: [{ input: { text: 'a row to look neighbors up in' } }],
      metadata: { kkachi, url: 'x' },
    }
    const response = await upload('odd', JSON.stringify(odd))
    expect(await response.json()).toMatchObject({ withoutEffect: ['/train', '/lm', '/headers', '/metadata/url'] })
  })

  test('are listed a page at a time', async () => {
    const { ask, programs } = served()
    const file = await labeler()
    for (let number = 0; number < 103; number += 1) await programs.put(`p${number}`, file)
    const names: string[] = []
    let path = '/programs'
    let pages = 0
    for (;;) {
      const page = (await (await ask(path)).json()) as { programs: { name: string }[]; next?: string }
      names.push(...page.programs.map(({ name }) => name))
      pages += 1
      if (page.next === undefined) break
      path = `/programs?after=${page.next}`
    }
    expect(pages).toBe(2)
    expect(new Set(names).size).toBe(103)
  })

  test('that cannot be read any more do not hide the others', async () => {
    const storage = memoryStorage()
    const { ask, upload } = served({ storage })
    await upload('good', await labeler())
    const damaged = new TextEncoder().encode('"bad"\n{"metadata": {"kkachi": {"format": 99}}}')
    await storage.put(`programs/${await sha256('bad')}`, damaged)
    expect(await (await ask('/programs')).json()).toMatchObject({ programs: [{ name: 'good' }], unreadable: ['bad'] })
  })
})
