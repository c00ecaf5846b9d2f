import { describe, expect, test } from 'vitest'
import { ladderModel, type Rung } from '../../../browser/inference/ladder-model.ts'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import type { LocalModel, LocalModelEvent } from '../../../src/inference/index.ts'
import { scriptedModel } from '../../../src/testing/scripted-model.ts'

const request = { messages: [{ role: 'user' as const, content: 'Capital of France?' }] }

const local = (answer: string, load: () => Promise<void> = async () => {}): LocalModel => ({
  ...scriptedModel(() => answer),
  identity: async () => '0'.repeat(64),
  async load() {
    await load()
    return {
      backend: { kind: 'cpu', threads: 1, weights: 'fp32', reasons: [] },
      ...{ bytes: 0, window: 10, batches: true },
    }
  },
  close: async () => {},
})

const refusing = (code: RuntimeError['code']) => async (): Promise<void> => {
  throw new RuntimeError(code, 'It does not go.')
}

const ladder = (rungs: readonly Rung[]) => {
  const events: LocalModelEvent[] = []
  const model = ladderModel({
    ...{ id: 'ladder', capabilities: {}, identity: async () => '0'.repeat(64) },
    rungs: async () => rungs,
    onEvent: event => events.push(event),
  })
  return { model, events }
}

const textOf = async (model: LocalModel): Promise<string> => (await model.generate(request)).completions[0].text

describe('ladderModel', () => {
  test('answers with the first rung, and says nothing', async () => {
    const { model, events } = ladder([{ name: 'gpu', open: async () => ({ model: local('gpu') }) }])
    expect(await textOf(model)).toBe('gpu')
    expect(events).toEqual([])
  })

  test('a rung that does not load gives way to the next one, told once for all who wait', async () => {
    const { model, events } = ladder([
      { name: 'gpu', open: async () => ({ model: local('gpu', refusing('runtime/no-backend')) }) },
      { name: 'wasm', open: async () => ({ model: local('wasm') }) },
    ])
    expect(await Promise.all([textOf(model), textOf(model)])).toEqual(['wasm', 'wasm'])
    expect(events).toEqual([{ type: 'degraded', from: 'gpu', to: 'wasm', reason: 'It does not go.' }])
  })

  test('files that are wrong are wrong on every rung', async () => {
    const { model, events } = ladder([
      { name: 'gpu', open: async () => ({ model: local('gpu', refusing('runtime/model-files')) }) },
      { name: 'wasm', open: async () => ({ model: local('wasm') }) },
    ])
    await expect(textOf(model)).rejects.toMatchObject({ code: 'runtime/model-files' })
    expect(events).toEqual([])
  })

  test('the last rung throws what it throws, and is tried again by the next call', async () => {
    let tries = 0
    const { model } = ladder([
      {
        name: 'wasm',
        async open() {
          tries += 1
          return { model: local('wasm', tries === 1 ? refusing('runtime/out-of-memory') : undefined) }
        },
      },
    ])
    await expect(textOf(model)).rejects.toMatchObject({ code: 'runtime/out-of-memory' })
    expect(await textOf(model)).toBe('wasm')
  })

  test('a rung whose device is lost gives way to the next one for the next call', async () => {
    let lost: string | undefined
    const { model, events } = ladder([
      { name: 'gpu', open: async () => ({ model: local('gpu'), lost: () => lost }) },
      { name: 'wasm', open: async () => ({ model: local('wasm') }) },
    ])
    expect(await textOf(model)).toBe('gpu')
    lost = 'pulled out'
    expect(await textOf(model)).toBe('wasm')
    expect(events).toEqual([{ type: 'degraded', from: 'gpu', to: 'wasm', reason: 'pulled out' }])
  })

  test('who leaves while it loads does not wait, and the load goes on for others', async () => {
    let finish = (): void => {}
    const loading = new Promise<void>(resolve => {
      finish = resolve
    })
    const { model } = ladder([{ name: 'wasm', open: async () => ({ model: local('wasm', () => loading) }) }])
    const controller = new AbortController()
    const left = model.generate({ ...request, signal: controller.signal })
    const stays = textOf(model)
    controller.abort()
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    finish()
    expect(await stays).toBe('wasm')
  })
})
