import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderFiles } from '../../../node/inference/folder-files.ts'
import { nodeHardware } from '../../../node/inference/node-hardware.ts'
import { type ChosenPlaceOptions, chosenPlace } from '../../../node/models/chosen-place.ts'
import { localModel } from '../../../node/models/local-model.ts'
import { orWasm } from '../../../node/models/onnxruntime-here.ts'
import { packageRoot } from '../../../node/package-root.ts'
import { type LocalModelEvent, type OnnxModelOptions, onnxModel } from '../../../src/inference/index.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'
import { type PlayedBackend, scriptedGpu } from './scripted-gpu.ts'

const files = folderFiles(join(packageRoot(), 'models', 'nano'))
const request = {
  messages: [{ role: 'user', content: 'Is this spam? Claim your prize now!' }],
  maxTokens: 8,
} as const

/** nano on a machine with these backends, and what happens to it. */
const onMachine = (
  played: Readonly<Record<string, PlayedBackend>>,
  { storage = memoryStorage(), given = {} }: { storage?: ChosenPlaceOptions['storage']; given?: object } = {},
) => {
  const { runtime, sessions, clock } = scriptedGpu(played)
  const events: LocalModelEvent[] = []
  const told = { onEvent: (event: LocalModelEvent) => events.push(event) }
  const options: ChosenPlaceOptions = {
    ...{ id: 'nano', files, weights: 'fp32', threads: 1, storage, runtime, clock, measuredFrom: 0, maxMs: 50 },
    probe: without => nodeHardware({ runtime, without, platform: 'linux', exists: () => true }),
    ...told,
    ...given,
  }
  const { id, weights } = options
  const model = onnxModel({
    ...{ id, files: options.files, weights, runtime, threads: 1, opening: chosenPlace(options) },
    ...{ library: 'onnxruntime-node', ...told },
  })
  const steps = () => events.flatMap(event => (event.type === 'degraded' ? [`${event.from} -> ${event.to}`] : []))
  return { model, sessions, events, steps }
}

const answerOf = async (model: ReturnType<typeof onnxModel>): Promise<string> =>
  (await model.generate(request)).completions[0]?.text ?? 'nothing'

const plain = localModel('nano')

describe('where a model of Node runs', () => {
  test('is the GPU where that is faster, and what was measured is kept', async () => {
    const storage = memoryStorage()
    const machine = { cpu: { stepMs: 10 }, cuda: { stepMs: 2 } }
    const first = onMachine(machine, { storage })
    const { backend } = await first.model.load()
    expect(backend).toMatchObject({ kind: 'gpu', device: 'cuda', weights: 'fp32' })
    expect(backend.reasons.at(-1)).toMatch(/^measured: .* tokens\/s on .*cuda.*, .* tokens\/s on the CPU/)
    // Measured on both; compared with the CPU; loaded.
    expect(first.sessions).toEqual(['cuda', 'cpu', 'cuda', 'cpu'])
    expect(await answerOf(first.model)).toBe(await answerOf(plain))
    const second = onMachine(machine, { storage })
    expect((await second.model.load()).backend).toMatchObject({ kind: 'gpu', device: 'cuda' })
    expect(second.sessions).toEqual(['cuda', 'cpu'])
    expect([first.steps(), second.steps()]).toEqual([[], []])
    await Promise.all([first.model.close(), second.model.close()])
  })

  test('is the CPU where the GPU is slower', async () => {
    const { model, steps } = onMachine({ cpu: { stepMs: 5 }, webgpu: { stepMs: 20 } })
    const { backend } = await model.load()
    expect(backend.kind).toBe('cpu')
    expect(backend.reasons.join(' ')).toMatch(/onnxruntime-node is used\..*measured: /)
    expect(steps()).toEqual([])
    await model.close()
  })

  test('is the next backend where one does not start, and the CPU at last; each step is told', async () => {
    const broken = { refuses: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library' }
    const next = onMachine({ cpu: { stepMs: 10 }, cuda: broken, webgpu: { stepMs: 2 } })
    expect((await next.model.load()).backend).toMatchObject({ kind: 'gpu', device: 'webgpu' })
    expect(next.steps()).toEqual(['cuda -> webgpu'])
    const none = onMachine({ cpu: {}, cuda: broken, webgpu: { refuses: 'Failed to get a WebGPU adapter' } })
    expect(await answerOf(none.model)).toBe(await answerOf(plain))
    expect(none.steps()).toEqual(['cuda -> webgpu', 'webgpu -> cpu'])
    expect(none.events.find(({ type }) => type === 'degraded')).toMatchObject({
      reason: expect.stringContaining('Failed to load shared library'),
    })
    await Promise.all([next.model.close(), none.model.close()])
  })

  test('is not a GPU that was quick once and does not start any more', async () => {
    const storage = memoryStorage()
    await onMachine({ cpu: { stepMs: 10 }, cuda: { stepMs: 2 } }, { storage }).model.load()
    const { model, steps } = onMachine({ cpu: {}, cuda: { refuses: 'CUDA failure 100' } }, { storage })
    expect((await model.load()).backend.kind).toBe('cpu')
    expect(steps()).toEqual(['cuda -> cpu'])
    await model.close()
  })

  test('is not a GPU that computes other numbers than the CPU', async () => {
    const spoils = (logits: Float32Array): void => {
      logits[7] = (logits[7] ?? 0) + 50
    }
    const { model, steps, events } = onMachine({ cpu: {}, webgpu: { stepMs: 1, spoils } })
    expect(await answerOf(model)).toBe(await answerOf(plain))
    expect(steps()).toEqual(['webgpu -> cpu'])
    expect(JSON.stringify(events)).toMatch(/its logits differ from those of the CPU by \d+\.\d+ deviations/)
    await model.close()
  })

  test('is the CPU after a GPU was lost in an answer, which ends with its error', async () => {
    let lost = false
    const { model, steps } = onMachine({ cpu: {}, webgpu: { stepMs: 1, isLost: () => lost } })
    const before = await answerOf(model)
    lost = true
    await expect(model.generate(request)).rejects.toMatchObject({ code: 'runtime/failed' })
    expect(steps()).toEqual(['webgpu -> cpu'])
    expect(await answerOf(model)).toBe(before)
    expect((await model.load()).backend.kind).toBe('cpu')
    await model.close()
  })

  test.each([
    ['there is no GPU', {}, { cpu: {} }],
    ['the model is small', { measuredFrom: 10 ** 9 }, { cpu: {}, cuda: {} }],
  ])('is the CPU, unmeasured, where %s', async (_, given, machine) => {
    const { model, sessions } = onMachine(machine, { given })
    expect((await model.load()).backend.kind).toBe('cpu')
    expect(sessions).toEqual(['cpu'])
    await model.close()
  })

  test('is nowhere where files are missing, and no backend is blamed', async () => {
    const { model, steps } = onMachine({ cpu: {}, cuda: {} }, { given: { weights: 'fp16' } })
    await expect(model.load()).rejects.toThrow(
      /has no onnx\/model_fp16.onnx\. Load it with weights that are there: fp32/,
    )
    expect(steps()).toEqual([])
  })

  test('is where a device says, or nowhere', async () => {
    const events: LocalModelEvent[] = []
    const model = localModel('nano', { device: 'no-such-provider', onEvent: event => events.push(event) })
    await expect(model.load()).rejects.toMatchObject({ code: 'runtime/no-backend' })
    expect(events.map(({ type }) => type)).not.toContain('degraded')
  })
})

describe('where onnxruntime-node cannot be started', () => {
  const missing = async (): Promise<unknown> => {
    throw new Error('libonnxruntime.so.1: cannot open shared object file')
  }
  const model = (web: boolean, events: LocalModelEvent[]) => {
    const onEvent = (event: LocalModelEvent): void => void events.push(event)
    const given: OnnxModelOptions = {
      ...{ id: 'nano', files, runtime: missing, library: 'onnxruntime-node', onEvent },
    }
    return onnxModel({ ...given, opening: orWasm(undefined, { onEvent, web }) })
  }

  test('the WebAssembly of onnxruntime-web computes, which is told', async () => {
    const events: LocalModelEvent[] = []
    const onWasm = model(true, events)
    expect(await answerOf(onWasm)).toBe(await answerOf(plain))
    expect(events.find(({ type }) => type === 'degraded')).toMatchObject({
      ...{ from: 'cpu', to: 'wasm', reason: expect.stringContaining('npm install onnxruntime-node') },
    })
    await onWasm.close()
  })

  test('and nothing else is installed, that is said', async () => {
    await expect(model(false, []).load()).rejects.toThrow(/npm install onnxruntime-node/)
  })
})
