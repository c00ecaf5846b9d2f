import { describe, expect, test } from 'vitest'
import { prefixCache } from '../../src/inference/prefix-cache.ts'
import { transformersModel } from '../../src/inference/transformers-model.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { type RuntimeScript, scriptedRuntime } from './scripted-runtime.ts'

const modelOver = (script: Partial<RuntimeScript> = {}) => {
  const runtime = scriptedRuntime({ answer: prompt => `answer to ${prompt.length}`, ...script })
  return { runtime, model: transformersModel({ id: 'local/test', source: 'test', runtime: async () => runtime }) }
}

const request = (content: string, system = 'Be brief.'): ModelRequest => ({
  messages: [
    { role: 'system', content: system },
    { role: 'user', content },
  ],
  sharedMessages: 1,
})

/** Tokens of `system:Be brief.;` and of `user:hi;>`. */
const [beginning, rest] = [17, 9]
const perPrefix = 2

const openCache = async (script: Partial<RuntimeScript>, options?: Parameters<typeof prefixCache>[2]) => {
  const runtime = scriptedRuntime({ answer: () => '', ...script })
  const cache = prefixCache(runtime, await runtime.AutoModelForCausalLM.from_pretrained('', {}), options)
  return { runtime, cache }
}

describe('in ordinary memory', () => {
  test('a shared beginning is computed once, and only the rest for each call', async () => {
    const { runtime, model } = modelOver()
    const first = await model.generate(request('hi'))
    const second = await model.generate(request('hi'))
    expect(second.completions).toEqual(first.completions)
    expect(runtime.steps.filter(tokens => tokens > 1)).toEqual([beginning, rest, rest])
  })

  test('what is shared outlives the calls, aborted ones too', async () => {
    const controller = new AbortController()
    const { runtime, model } = modelOver({ step: async index => (index === 3 ? controller.abort() : undefined) })
    await expect(model.generate({ ...request('hi'), signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await model.generate(request('hi'))
    expect(runtime.steps.filter(tokens => tokens > 1)).toEqual([beginning, rest, rest])
  })

  test('only the last few beginnings are kept, the one used last the longest', async () => {
    const { runtime, cache } = await openCache({}, { size: 2 })
    for (const token of [1, 2, 1, 3]) await (await cache.cacheFor([token, token])).dispose()
    expect([runtime.steps.length, runtime.alive]).toEqual([3, 2 * perPrefix])
    await cache.cacheFor([1, 1])
    expect(runtime.steps).toHaveLength(3)
    await cache.cacheFor([2, 2])
    expect([runtime.steps.length, runtime.alive]).toEqual([4, 2 * perPrefix])
  })

  test('what is kept stays under the bound in bytes', async () => {
    const { runtime, cache } = await openCache({ bytesPerToken: 400 }, { maxBytes: 10 * perPrefix * 400 })
    await cache.cacheFor([1, 1, 1, 1])
    await cache.cacheFor([2, 2, 2, 2])
    expect(runtime.alive).toBe(2 * perPrefix)
    await cache.cacheFor([3, 3, 3])
    expect(runtime.alive).toBe(2 * perPrefix)
  })

  test('a beginning over the bound serves its generation, and is not kept', async () => {
    const { runtime, cache } = await openCache({ bytesPerToken: 400 }, { maxBytes: 400 })
    const one = [1, 2, 3]
    expect(await cache.cacheFor(one)).toHaveProperty('tokens', one)
    expect(await cache.cacheFor(one)).toHaveProperty('tokens', one)
    expect(runtime.steps).toHaveLength(2)
  })
})

describe.each([
  ['on the GPU', { location: 'gpu-buffer' }],
  ['with memories beside attention', { state: ['present.0.key', 'present_conv.1'] }],
])('%s', (_, script) => {
  test('nothing is shared, every call computes its prompt whole, and the answers are right', async () => {
    const { runtime, model } = modelOver(script)
    const answers = await Promise.all(['hi', 'ho', 'hi'].map(content => model.generate(request(content))))
    expect(answers.map(({ completions }) => completions[0].text)).toEqual(Array(3).fill('answer to 26'))
    const whole = beginning + rest
    expect(runtime.steps.filter(tokens => tokens > 1)).toEqual([beginning, whole, whole, whole])
  })
})

describe('on the GPU', () => {
  const gpu = { location: 'gpu-buffer' }

  test('no tensor outlives its call', async () => {
    const { runtime, model } = modelOver(gpu)
    await model.generate(request('hi'))
    expect(runtime.alive).toBe(0)
    await model.generate({ messages: request('hi').messages, n: 3 })
    expect(runtime.alive).toBe(0)
    await model.generate({ messages: request('hi').messages, maxTokens: 1 })
    expect(runtime.alive).toBe(0)
  })

  test.each([0, 1, 2, 5])('no tensor outlives a call that is aborted in step %i', async stopped => {
    const controller = new AbortController()
    const { runtime, model } = modelOver({
      ...gpu,
      step: async index => (index === stopped ? controller.abort() : undefined),
    })
    await expect(model.generate({ ...request('hi'), signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await model.generate(request('ho'))
    expect(runtime.alive).toBe(0)
  })

  test.each([0, 1, 4])('no tensor outlives a call that fails in step %i', async failing => {
    const { runtime, model } = modelOver({
      ...gpu,
      step: index => (index === failing ? Promise.reject(new Error('device lost')) : Promise.resolve()),
    })
    await expect(model.generate(request('hi'))).rejects.toMatchObject({ code: 'runtime/failed' })
    expect(runtime.alive).toBe(0)
  })
})
