import { expect, test } from 'vitest'
import { type TransformersModelOptions, transformersModel } from '../../src/inference/transformers-model.ts'

const identity = (options: Partial<TransformersModelOptions>) =>
  transformersModel({
    id: 'local/test',
    source: 'owner/name',
    runtime: () => Promise.reject(new Error('not needed')),
    ...options,
  }).identity?.()

test.each<[string, Partial<TransformersModelOptions>]>([
  ['source', { source: 'owner/other' }],
  ['state of the files', { revision: async () => 'digest' }],
  ['revision on the hub', { load: { revision: 'v2' } }],
  ['dtype', { load: { dtype: 'q4' } }],
  ['device', { load: { device: 'webgpu' } }],
  ['default of the length', { maxTokens: 10 }],
  ['default of thinking', { thinking: true }],
  ['default seed', { seed: 1 }],
])('another %s is another identity, and nothing has to be loaded for it', async (_, options) => {
  expect(await identity(options)).toMatch(/^[0-9a-f]{64}$/)
  expect(await identity(options)).not.toBe(await identity({}))
})

test('the same files elsewhere, on more threads, are the same', async () => {
  const revision = async () => 'digest'
  expect(
    await identity({ revision, source: '/home/b/model', load: { session_options: { intraOpNumThreads: 4 } } }),
  ).toBe(await identity({ revision, source: '/home/a/model', load: { local_files_only: true } }))
})
