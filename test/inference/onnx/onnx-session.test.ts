import { expect, test } from 'vitest'
import type { OnnxRuntime, OnnxSessionOptions } from '../../../src/inference/onnx/onnx-runtime.ts'
import { createSession } from '../../../src/inference/onnx/onnx-session.ts'

const shape = { layers: 1, heads: 1, stateHeads: 1, headWidth: 8, vocabularySize: 16, window: 32 }

/** The options a session is made with. */
const optionsOf = async (device: string, sessionOptions: OnnxSessionOptions = {}): Promise<OnnxSessionOptions> => {
  const asked: OnnxSessionOptions[] = []
  const create: OnnxRuntime['InferenceSession']['create'] = async (_, options) => {
    asked.push(options)
    return { inputNames: [], outputNames: [], run: async () => ({}), release: async () => {} }
  }
  class Tensor {} // none is made
  const runtime = { Tensor, InferenceSession: { create } } as unknown as OnnxRuntime
  await createSession(
    { id: 'local/x', runtime, graph: Uint8Array.of(), shape, device, sessionOptions },
    Uint8Array.of(),
  )
  return asked[0] ?? {}
}

test('a GPU does not tell the console what it leaves to the CPU, unless somebody wants to know', async () => {
  expect((await optionsOf('webgpu')).logSeverityLevel).toBe(3)
  expect((await optionsOf('webgpu', { logSeverityLevel: 0 })).logSeverityLevel).toBe(0)
  expect((await optionsOf('cpu')).logSeverityLevel).toBeUndefined()
})
