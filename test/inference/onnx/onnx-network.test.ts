import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../../src/errors/kkachi-error.ts'
import type { GpuDevice } from '../../../src/inference/onnx/gpu-device.ts'
import { type OnnxNetworkOptions, onnxNetwork } from '../../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime, type OnnxRuntime, type OnnxTensor } from '../../../src/inference/onnx/onnx-runtime.ts'
import { externalWeight, sampleGraph, sampleShape } from './graph/sample-graph.ts'

/** A tensor as onnxruntime has them. */
class ScriptedTensor implements OnnxTensor {
  readonly location = 'cpu'
  readonly type: string
  readonly data: unknown
  readonly dims: readonly number[]

  constructor(type: string, data: unknown, dims: readonly number[]) {
    this.type = type
    this.data = data
    this.dims = dims
  }

  async getData(): Promise<unknown> {
    return this.data
  }

  dispose(): void {}
}

type Run = (feeds: Readonly<Record<string, OnnxTensor>>) => Promise<Readonly<Record<string, OnnxTensor>>>

/** Zeros for every output of the sample. */
const zeros: Run = async ({ input_ids: ids }) => {
  const rows = ids?.dims[1] ?? 0
  const state = new ScriptedTensor('float32', new Float32Array(rows * 4), [rows, 1, 4])
  const logits = new ScriptedTensor('float32', new Float32Array(rows * 8), [1, rows, 8])
  return { logits, 'present.0.key': state, 'present.0.value': state }
}

const scripted = (run: Run, create?: () => Promise<void>): OnnxRuntime & { readonly released: () => number } => {
  let released = 0
  return {
    Tensor: ScriptedTensor,
    InferenceSession: {
      async create() {
        await create?.()
        return {
          inputNames: ['input_ids', 'attention_bias', 'attention_parts', 'past_key_values.0.key'],
          outputNames: ['logits'],
          run,
          async release() {
            released++
          },
        }
      },
    },
    released: () => released,
  }
}

/** A runtime with GPUs whose memory can be shared. */
const onGpus = <Runtime extends OnnxRuntime>(runtime: Runtime) => {
  class Tensor extends ScriptedTensor {
    static fromGpuBuffer(): OnnxTensor {
      return new ScriptedTensor('float32', undefined, [])
    }
  }
  return { ...runtime, Tensor, env: { versions: { web: '1.30.0' } } }
}

const gpu = () => {
  let lose = (_: { readonly message: string }): void => {}
  const lost = new Promise<{ readonly message: string }>(resolve => {
    lose = resolve
  })
  const gpuDevice: GpuDevice = {
    lost,
    limits: { maxStorageBufferBindingSize: 1 << 20 },
    queue: { submit() {} },
    createBuffer: ({ size }) => ({ size, destroy() {} }),
    createCommandEncoder: () => ({ copyBufferToBuffer() {}, finish: () => undefined }),
    destroy() {},
  }
  return { gpuDevice, lose }
}

const made = (runtime: OnnxRuntime, options: Partial<OnnxNetworkOptions> = {}) =>
  onnxNetwork({ id: 'sample', runtime, graph: sampleGraph(), shape: sampleShape, device: 'cpu', ...options })
const rows = { tokens: [1, 2], positions: [0, 1], at: 0, keep: 1 }
const code = (expected: string) => expect.toSatisfy(error => KkachiError.is(error) && error.code === expected)

describe('a network on a runtime', () => {
  test('is over once its session broke off', async () => {
    let runs = 0
    const network = await made(
      scripted(async () => {
        runs++
        throw new Error('GroupQueryAttention refuses\nat kernel.cc')
      }),
    )
    const memory = network.memory(4)
    await expect(network.step(memory, rows)).rejects.toEqual(code('runtime/failed'))
    await expect(network.step(memory, rows)).rejects.toThrow('GroupQueryAttention refuses.')
    expect(runs).toBe(1)
  })

  test('says when memory was the reason', async () => {
    const network = await made(scripted(() => Promise.reject(new Error('std::bad_alloc'))))
    await expect(network.step(network.memory(4), rows)).rejects.toEqual(code('runtime/out-of-memory'))
  })

  test('is not over when it refuses rows itself', async () => {
    const network = await made(scripted(zeros))
    const memory = network.memory(4)
    await expect(network.step(memory, { ...rows, at: 3 })).rejects.toThrow('slots 3 to 5 of 4 were asked for')
    expect(await network.step(memory, rows)).toHaveLength(8)
  })

  test('without branches refuses positions that its graph does not take', async () => {
    const network = await made(scripted(zeros), { graph: sampleGraph({ attention: { local_window_size: 8 } }) })
    expect(network.branches).toBe(false)
    const memory = network.memory(4)
    await expect(network.step(memory, { ...rows, positions: [1, 2] })).rejects.toThrow('counts by itself')
    await expect(network.step(memory, { ...rows, visible: [[], []] })).rejects.toThrow('no branches')
  })

  test('on a GPU that the runtime does not name is given back', async () => {
    const runtime = onGpus(scripted(zeros))
    await expect(made(runtime, { device: 'webgpu' })).rejects.toEqual(code('runtime/no-backend'))
    expect(runtime.released()).toBe(1)
  })

  test('is not made on a GPU that computes its attention wrongly', async () => {
    const graph = sampleGraph({ attention: { softcap: 2 } })
    let creations = 0
    const runtime = onGpus(scripted(zeros, async () => void creations++))
    const { gpuDevice } = gpu()
    await expect(made(runtime, { graph, device: 'webgpu', gpuDevice })).rejects.toThrow(
      'softcap, which onnxruntime ignores',
    )
    expect(creations).toBe(0)
    await made(runtime, { graph })
    expect(creations).toBe(1)
  })

  test('takes turns on a GPU with others of its library, until that is gone', async () => {
    const calls: string[] = []
    const answers: (() => void)[] = []
    const runtime = onGpus(
      scripted(
        async feeds => {
          calls.push('step')
          await new Promise<void>(resolve => answers.push(resolve))
          calls.push('stepped')
          return zeros(feeds)
        },
        async () => void calls.push('load'),
      ),
    )
    const first = gpu()
    const on = async ({ gpuDevice }: ReturnType<typeof gpu>) => {
      const network = await made(runtime, { device: 'webgpu', gpuDevice })
      return { network, memory: network.memory(4) }
    }
    const a = await on(first)
    const b = await on(gpu())
    const steps = [a.network.step(a.memory, rows), b.network.step(b.memory, rows)]
    const third = on(gpu())
    await expect.poll(() => answers.length).toBe(1)
    answers[0]?.()
    await steps[0]
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.()
    await Promise.all([...steps, third])
    expect(calls).toEqual(['load', 'load', 'step', 'stepped', 'step', 'stepped', 'load'])

    const lost = a.network.step(a.memory, rows)
    const next = b.network.step(b.memory, rows)
    await expect.poll(() => answers.length).toBe(3)
    first.lose({ message: 'the driver was reset' })
    await expect(lost).rejects.toThrow('the driver was reset')
    await expect.poll(() => answers.length).toBe(4)
    answers[3]?.()
    expect(await next).toHaveLength(8)
  })

  test('refuses the memory of another kind', async () => {
    const network = await made(scripted(zeros))
    const foreign = { slots: 4, copyFrom() {}, free() {} }
    await expect(network.step(foreign, rows)).rejects.toEqual(code('runtime/failed'))
    expect(() => network.memory(4).copyFrom(foreign, 0, 0, 1)).toThrow(code('runtime/failed'))
  })

  test('ends with its GPU, also in the midst of a step', async () => {
    const { gpuDevice, lose } = gpu()
    const runtime = scripted(() => new Promise(() => {}))
    const network = await made(runtime, { device: 'webgpu', gpuDevice })
    const memory = network.memory(4)
    const step = network.step(memory, rows)
    lose({ message: 'the driver was reset' })
    await expect(step).rejects.toThrow('the driver was reset')
    await expect(network.step(memory, rows)).rejects.toEqual(code('runtime/failed'))
  })

  test('gives its session back once', async () => {
    const runtime = scripted(zeros)
    const network = await made(runtime)
    await network.close()
    await network.close()
    expect(runtime.released()).toBe(1)
    await expect(network.step(network.memory(4), rows)).rejects.toThrow('sample is closed')
  })

  test('computes long steps in parts, and keeps logits over them', async () => {
    const counts: number[] = []
    const network = await made(
      scripted(feeds => {
        counts.push(feeds.input_ids?.dims[1] ?? 0)
        return zeros(feeds)
      }),
      { shape: { ...sampleShape, window: 4096 } },
    )
    const positions = Array.from({ length: 4000 }, (_, row) => row)
    const long = { tokens: positions.map(() => 3), positions, at: 0, keep: 3500 }
    expect(await network.step(network.memory(4000), long)).toHaveLength(3500 * 8)
    expect(counts.length).toBeGreaterThan(4)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4000)
  })

  test('is not made of files that are not all there', async () => {
    const graph = sampleGraph({ extra: [externalWeight({ location: 'model.onnx_data' })] })
    let creations = 0
    const runtime = scripted(zeros, async () => {
      creations++
    })
    await expect(made(runtime, { graph })).rejects.toEqual(code('runtime/model-files'))
    const short = [{ path: 'model.onnx_data', data: new Uint8Array(15) }]
    await expect(made(runtime, { graph, externalData: short })).rejects.toEqual(code('runtime/model-files'))
    expect(creations).toBe(0)
    const network = await made(runtime, {
      graph,
      externalData: [{ path: 'model.onnx_data', data: new Uint8Array(16) }],
    })
    expect(network.bytes).toBe(graph.length + 16)
  })

  test('is not made where the runtime refuses', async () => {
    const refusing = (message: string) => scripted(zeros, () => Promise.reject(new Error(message)))
    await expect(made(refusing('protobuf parsing failed'))).rejects.toEqual(code('runtime/model-files'))
    await expect(made(refusing('Out of memory'))).rejects.toEqual(code('runtime/out-of-memory'))
    await expect(made(refusing('no available backend found'))).rejects.toEqual(code('runtime/no-backend'))
  })
})

describe('an injected runtime', () => {
  test('is taken by name or by default', async () => {
    const runtime = scripted(zeros)
    expect(await broughtOnnxRuntime('sample', 'onnxruntime-node', async () => runtime)).toBe(runtime)
    expect(await broughtOnnxRuntime('sample', 'onnxruntime-node', async () => ({ default: runtime }))).toBe(runtime)
  })

  test('is asked for when it is not there', async () => {
    for (const bring of [
      () => Promise.reject(new Error("Cannot find package 'onnxruntime-web'")),
      async () => ({ Tensor: ScriptedTensor }),
      async () => undefined,
    ]) {
      const brought = broughtOnnxRuntime('sample', 'onnxruntime-web', bring)
      await expect(brought).rejects.toEqual(code('runtime/no-backend'))
      await expect(brought).rejects.toThrow('npm install onnxruntime-web')
    }
  })
})
