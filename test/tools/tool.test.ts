import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ToolError } from '../../src/errors/tool-error.ts'
import type { ToolApproval } from '../../src/ports/tool.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { tool } from '../../src/tools/tool.ts'

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  run: ({ a, b }) => Number(a) + Number(b),
})

const failure = async (work: Promise<unknown>): Promise<ToolError> => {
  const error = await work.then(
    () => undefined,
    thrown => thrown,
  )
  if (error instanceof ToolError) return error
  throw error ?? new Error('nothing was thrown')
}

describe('tool', () => {
  test('runs with arguments that its JSON schema allows', async () => {
    expect(await add.call({ a: 2, b: 3 })).toBe(5)
  })

  test('takes the types and the JSON schema of its arguments from a Standard Schema', async () => {
    const search = tool({
      name: 'search',
      description: 'Searches.',
      schema: z.object({ query: z.string(), limit: z.int().default(3) }),
      run: ({ query, limit }) => {
        expectTypeOf(query).toEqualTypeOf<string>()
        expectTypeOf(limit).toEqualTypeOf<number>()
        return `${query} ${limit}`
      },
    })
    expectTypeOf(search.call).parameter(0).toEqualTypeOf<{ query: string; limit?: number | undefined }>()
    expect(search.parameters).toMatchObject({
      type: 'object',
      properties: { query: { type: 'string' }, limit: { type: 'integer', default: 3 } },
      required: ['query'],
    })
    expect(search.parameters).not.toHaveProperty('$schema')
    expect(await search.call({ query: 'kettle' })).toBe('kettle 3')
  })

  test('gives the same errors for a Standard Schema, its own refinements included', async () => {
    const even = tool({
      name: 'even',
      description: 'Halves.',
      schema: z.object({ n: z.number().refine(n => n % 2 === 0, 'odd') }),
      run: ({ n }) => n / 2,
    })
    expect(await failure(even.call({ n: 3 }))).toMatchObject({ code: 'tool/arguments', path: 'n' })
    expect(await failure(even.call({ n: 2, m: 1 } as never))).toMatchObject({ code: 'tool/arguments', path: '*' })
  })

  test.each([
    ['a missing argument', { a: 1 }, 'b'],
    ['a wrong type', { a: 1, b: '2' }, 'b'],
    ['an extra key', { a: 1, b: 2, c: 3 }, '*'],
    ['no object', [1, 2], ''],
    ['nothing', undefined, ''],
    ['__proto__', JSON.parse('{"a":1,"b":2,"__proto__":{"polluted":true}}'), ''],
    ['constructor.prototype', JSON.parse('{"a":1,"b":2,"constructor":{"prototype":{}}}'), ''],
    ['a value that is no number', { a: 1, b: Number.NaN }, 'b'],
  ])('security 32: refuses %s without a call', async (_, given, path) => {
    let calls = 0
    const counted = tool({ ...add, parameters: add.parameters, run: () => ++calls })
    const error = await failure(counted.call(given as never))
    expect(error).toMatchObject({ code: 'tool/arguments', tool: 'add', path })
    expect(error.message).toContain('Call it with what its schema names')
    expect(calls).toBe(0)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('security 32: quotes nothing of the arguments in the error', async () => {
    const error = await failure(add.call({ a: 'sk-secret-value', 'sk-secret-key': 1, b: 2 }))
    expect(error.message).not.toContain('sk-secret')
    expect(error.path).not.toContain('sk-secret')
  })

  test('security 32: runs on a copy, so that nothing changes between check and call', async () => {
    let reads = 0
    const shifty = {
      get a() {
        reads += 1
        return reads === 1 ? 1 : 'not a number'
      },
      b: 2,
    }
    expect(await add.call(shifty)).toBe(3)
    expect(reads).toBe(1)
  })

  test.each([
    ['a name with a space', { name: 'my tool' }],
    ['no name', { name: '' }],
    ['a name of 65 letters', { name: 'a'.repeat(65) }],
    ['__proto__ as its name', { name: '__proto__' }],
    ['no description', { description: ' ' }],
    ['a schema that is no object', { parameters: { type: 'string' } }],
    ['a keyword that nobody checks', { parameters: { type: 'object', properties: { a: { not: {} } } } }],
    ['a type that does not exist', { parameters: { type: 'object', properties: { a: { type: 'str' } } } }],
    ['a reference to nothing', { parameters: { type: 'object', properties: { a: { $ref: '#/$defs/gone' } } } }],
    ['a reference to elsewhere', { parameters: { type: 'object', properties: { a: { $ref: 'https://a.example' } } } }],
  ])('is refused with %s when it is made', (_, part) => {
    const making = () => tool({ name: 'a', description: 'b', parameters: { type: 'object' }, run: () => 1, ...part })
    expect(making).toThrow(expect.objectContaining({ code: 'tool/definition' }))
  })

  test('is refused when nothing says which arguments it takes', () => {
    const making = () => tool({ name: 'a', description: 'b', run: () => 1 } as never)
    expect(making).toThrow(expect.objectContaining({ code: 'tool/definition' }))
  })

  test('makes tool/failed of what is thrown, and keeps it as the cause and out of the message', async () => {
    const cause = new Error('password hunter2')
    const broken = tool({
      ...add,
      run: () => {
        throw cause
      },
    })
    const error = await failure(broken.call({ a: 1, b: 2 }))
    expect(error).toMatchObject({ code: 'tool/failed', tool: 'add', cause })
    expect(error.message).not.toContain('hunter2')
  })

  test('lets a spent budget and the errors of other tools pass', async () => {
    const spent = new BudgetError('budget/calls', 'Spent.', { spent: 1, limit: 1 })
    const nested = tool({ ...add, run: () => Promise.reject(spent) })
    await expect(nested.call({ a: 1, b: 2 })).rejects.toBe(spent)
    const outer = tool({ ...add, name: 'outer', run: () => add.call({}) })
    expect(await failure(outer.call({ a: 1, b: 2 }))).toMatchObject({ code: 'tool/arguments', tool: 'add' })
  })

  test.each<readonly [string, () => unknown]>([
    ['a function', () => () => 1],
    ['a map', () => new Map()],
    ['a number that JSON does not have', () => ({ a: Number.NaN })],
    ['a bigint', () => 1n],
    ['a circle', () => circle()],
  ])('makes tool/failed of %s as its result', async (_, run) => {
    expect(await failure(tool({ ...add, run }).call({ a: 1, b: 2 }))).toMatchObject({ code: 'tool/failed' })
  })

  test('reads nothing as null', async () => {
    expect(await tool({ ...add, run: () => {} }).call({ a: 1, b: 2 })).toBeNull()
  })

  test('ends with the reason of an abort, even when it ignores the signal', async () => {
    const controller = new AbortController()
    const slow = tool({ ...add, run: () => new Promise<never>(() => {}) })
    const call = slow.call({ a: 1, b: 2 }, { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await expect(add.call({ a: 1, b: 2 }, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('is a span of its own, its failures too', async () => {
    const tracer = recordingTracer()
    await add.call({ a: 1, b: 2 }, { tracer })
    await add.call({}, { tracer }).catch(() => {})
    expect(tracer.spans).toMatchObject([
      { kind: 'tool', name: 'add', input: { a: 1, b: 2 }, outcome: { output: 3 } },
      { kind: 'tool', name: 'add', outcome: { error: { code: 'tool/arguments' } } },
    ])
  })
})

describe('a tool that needs approval', () => {
  const ran: unknown[] = []
  const remove = tool({ ...add, name: 'remove', needsApproval: true, run: given => ran.push(given) })

  test('is refused where nobody can be asked', async () => {
    expect(await failure(remove.call({ a: 1, b: 2 }))).toMatchObject({ code: 'tool/refused', tool: 'remove' })
    expect(ran).toEqual([])
  })

  test('is refused when the answer is not exactly yes', async () => {
    for (const answer of [false, undefined, 'yes', 1]) {
      const call = remove.call({ a: 1, b: 2 }, { approve: () => answer as boolean })
      expect(await failure(call)).toMatchObject({ code: 'tool/refused' })
    }
    expect(ran).toEqual([])
  })

  test('runs what was agreed to, once, and asks nothing about arguments it would refuse', async () => {
    const asked: ToolApproval[] = []
    const approve = (call: ToolApproval) => {
      asked.push({ ...call, arguments: { ...(call.arguments as object) } })
      Object.assign(call.arguments as object, { a: 99 })
      return true
    }
    await remove.call({ a: 1, b: 2 }, { approve, path: 'agent' })
    await remove.call({ a: 1 }, { approve }).catch(() => {})
    expect(asked).toEqual([{ tool: 'remove', arguments: { a: 1, b: 2 }, path: 'agent' }])
    expect(ran).toEqual([{ a: 1, b: 2 }])
  })
})

const circle = (): object => {
  const self: Record<string, unknown> = {}
  self.self = self
  return self
}
