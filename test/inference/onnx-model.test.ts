import { expect, test } from 'vitest'
import { type OnnxModelOptions, onnxModel } from '../../src/inference/onnx-model.ts'
import { filesOf } from './files-of.ts'

const opened = (options: Partial<OnnxModelOptions> = {}) =>
  onnxModel({
    id: 'local/test',
    files: filesOf({}),
    runtime: () => Promise.reject(new Error('Cannot find package')),
    ...options,
  })

test.each<[string, Partial<OnnxModelOptions>]>([
  ['state of the files', { files: filesOf({}, 'e'.repeat(64)) }],
  ['precision of the weights', { weights: 'q4' }],
  ['default of the length', { maxTokens: 10 }],
  ['default of thinking', { thinking: true }],
  ['budget of thoughts', { thinkingBudget: 100 }],
  ['default seed', { seed: 1 }],
])('another %s is another identity, and nothing has to be loaded for it', async (_, options) => {
  expect(await opened(options).identity()).toMatch(/^[0-9a-f]{64}$/)
  expect(await opened(options).identity()).not.toBe(await opened().identity())
})

test('the same files elsewhere, on another device and more threads, are the same', async () => {
  const elsewhere = { ...filesOf({}), place: '/home/b/model' }
  expect(await opened({ files: elsewhere, threads: 4, device: 'webgpu' }).identity()).toBe(await opened().identity())
})

test('without the library a call is runtime/no-backend, and says what to install', async () => {
  await expect(opened().generate({ messages: [{ role: 'user', content: 'q' }] })).rejects.toMatchObject({
    code: 'runtime/no-backend',
    message: expect.stringContaining('npm install onnxruntime-web'),
    tried: [{ name: 'onnxruntime-web', reason: 'Cannot find package' }],
  })
})

test('grammars and schemas are obeyed where there is an engine for them', () => {
  const grammar = () => Promise.reject(new Error('not needed'))
  expect(opened().capabilities).toMatchObject({ grammar: false, responseSchema: false })
  expect(opened({ grammar, tools: true, thinking: true }).capabilities).toMatchObject({
    ...{ grammar: true, responseSchema: true },
    ...{ tools: true, reasoning: true, images: false },
  })
})
