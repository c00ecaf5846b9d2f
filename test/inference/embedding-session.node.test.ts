import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folderFiles } from '../../node/inference/folder-files.ts'
import { embeddingSession } from '../../src/inference/embedding-session.ts'
import type { OnnxRuntime, OnnxTensor } from '../../src/inference/onnx/onnx-runtime.ts'

const files = folderFiles(fileURLToPath(new URL('tiny-embedder', import.meta.url)))

class ScriptedTensor implements OnnxTensor {
  readonly location = 'cpu'
  readonly type = 'float32'
  readonly data = new Float32Array(8)
  readonly dims = [1, 1, 8]
  static fromGpuBuffer = (): OnnxTensor => new ScriptedTensor()
  getData = async (): Promise<unknown> => this.data
  dispose(): void {}
}

test('takes turns on a GPU with others of its library', async () => {
  const calls: string[] = []
  const answers: (() => void)[] = []
  const session = {
    inputNames: ['input_ids'],
    outputNames: ['last_hidden_state'],
    async run() {
      calls.push('run')
      await new Promise<void>(resolve => answers.push(resolve))
      calls.push('ran')
      return { last_hidden_state: new ScriptedTensor() }
    },
    release: async () => void calls.push('released'),
  }
  const runtime: OnnxRuntime = {
    Tensor: ScriptedTensor,
    InferenceSession: { create: async () => session },
    env: { versions: { web: '1.30.0' } },
  }
  const load = () => embeddingSession(files, { id: 'tiny', runtime, weights: 'fp32', device: 'webgpu', config: {} })
  const [a, b] = [await load(), await load()]
  const runs = [a.run([[1, 2]]), b.run([[3]])]
  const closed = a.close()
  await expect.poll(() => answers.length).toBe(1)
  answers[0]?.()
  expect((await runs[0])?.width).toBe(8)
  await expect.poll(() => answers.length).toBe(2)
  answers[1]?.()
  await Promise.all([...runs, closed])
  expect(calls).toEqual(['run', 'ran', 'run', 'ran', 'released'])
})
