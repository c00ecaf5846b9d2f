import { RuntimeError, type StorageError } from '../../src/index.ts'
import {
  type BackendConfig,
  grammarEngine,
  type Hardware,
  hardwareManager,
  type LocalModel,
  type LocalModelEvent,
  type ModelNeed,
  needOfFiles,
  onnxModel,
  type TokenVocabulary,
} from '../../src/inference/index.ts'
import { bringOnnxruntime } from './bring-onnxruntime.ts'
import { browserHardware } from './browser-hardware.ts'
import { browserSpeed } from './browser-speed.ts'
import { gpuRung } from './gpu-rung.ts'
import { grammarWasm } from './grammar-wasm.ts'
import { ladderModel, type Rung } from './ladder-model.ts'
import type { ModelSettings } from './model-settings.ts'
import { filesOf } from './model-source.ts'
import { opfsFileCache } from './opfs-cache.ts'

/** Smaller networks are not measured: to fetch what drives a GPU costs more than it would win. */
const measuredFrom = 8 * 2 ** 20

/** The model of these settings, in the worker it is called in. */
export const browserModel = (settings: ModelSettings, onEvent: (event: LocalModelEvent) => void): LocalModel => {
  const { id, source, device, weights, threads, attentionBytes, wasmPaths, grammar = true, ...answering } = settings
  let keepsFiles = true
  const onCacheFailure = ({ message }: StorageError): void => {
    if (keepsFiles) onEvent({ type: 'degraded', from: 'files kept', to: 'files fetched each time', reason: message })
    keepsFiles = false // told once
  }
  const files = filesOf(source, { cache: opfsFileCache(), onCacheFailure })
  const probe = browserHardware()
  const measure = browserSpeed({ id, files, probe, wasmPaths })

  const grammars = (vocabulary: TokenVocabulary) => grammarEngine({ vocabulary, wasm: grammarWasm })
  const common = { ...answering, ...{ id, files, onEvent }, ...(grammar && { grammar: grammars }) }

  let needed: Promise<ModelNeed> | undefined
  const need = (): Promise<ModelNeed> => {
    needed ??= needOfFiles(files, { weights, attentionBytes }).catch(error => {
      needed = undefined
      throw error
    })
    return needed
  }

  /** The best backend of what is left of the hardware. */
  const choice = async (left: (hardware: Hardware) => Hardware, softwareGpu: boolean): Promise<Choice> => {
    const needed = await need()
    const isMeasured = Math.min(...Object.values(needed.weights)) >= measuredFrom
    const manager = hardwareManager({
      ...{ threads, softwareGpu, ...(isMeasured && { measure }) },
      probe: { ...probe, look: async () => left(await probe.look()) },
    })
    const chosen = await manager.choose(needed)
    const slots = chosen.kind === 'remote' ? undefined : chosen.slots
    return { ...chosen, attentionBytes: (slots ?? needed.slots) * needed.bytesPerSlot }
  }

  /** @param why of what was chosen with the GPU in sight, where that was WebAssembly */
  const onWasm = (why?: readonly string[]): Rung => ({
    name: 'wasm',
    async open() {
      const chosen = await choice(withoutGpu, false)
      const count = chosen.kind === 'cpu' ? chosen.threads : 1
      const reasons = why ?? chosen.reasons
      return {
        model: onnxModel({
          ...{ ...common, reasons, attentionBytes: chosen.attentionBytes, device: 'wasm' },
          ...(chosen.kind === 'cpu' && { weights: chosen.weights, threads: count }),
          runtime: () => bringOnnxruntime({ build: 'wasm', wasmPaths, threads: count }),
        }),
      }
    },
  })

  const onGpu = ({ reasons, weights, attentionBytes }: Extract<Choice, { kind: 'gpu' }>): Rung =>
    gpuRung({
      ...{ model: { ...common, reasons, attentionBytes }, weights, onEvent },
      runtime: () => bringOnnxruntime({ build: 'webgpu', wasmPaths, threads: 1 }),
    })

  /** The backend of the first rung; undefined where a GPU that was asked for is not there. */
  const first = async (): Promise<Choice | undefined> => {
    if (device === 'wasm') return choice(withoutGpu, false)
    if (device === 'auto') return choice(hardware => hardware, false)
    const onlyGpu = choice(hardware => ({ ...hardware, cpu: false }), true)
    const asked = onlyGpu.then(chosen => ({ ...chosen, reasons: ['the GPU, as asked for', ...ofGpu(chosen.reasons)] }))
    return asked.catch(error => {
      if (error instanceof RuntimeError && error.code === 'runtime/model-files') throw error
      onEvent({ type: 'degraded', from: 'webgpu', to: 'wasm', reason: reasonOfGpu(error) })
      return undefined
    })
  }

  const rungs = async (): Promise<readonly Rung[]> => {
    const chosen = await first()
    return chosen?.kind === 'gpu' ? [onGpu(chosen), onWasm()] : [onWasm(chosen?.reasons)]
  }

  const identity = async (): Promise<string> => {
    const chosen = weights === undefined ? ((await first()) ?? (await choice(withoutGpu, false))) : undefined
    const used = chosen === undefined || chosen.kind === 'remote' ? weights : chosen.weights
    return onnxModel({ ...common, runtime: nothing, ...(used && { weights: used }) }).identity()
  }

  const { capabilities = {} } = onnxModel({ ...common, runtime: nothing })
  return ladderModel({ id, capabilities, identity, rungs, onEvent })
}

/** Where and with what, and the memory for attention there. */
type Choice = BackendConfig & { readonly attentionBytes: number }

/** Without what is said of a CPU that was taken out of sight. */
const ofGpu = (reasons: readonly string[]): readonly string[] =>
  reasons.filter(reason => !/^not on the cpu/.test(reason))

/** Of all that was tried only the GPU had been asked for. */
const reasonOfGpu = (error: unknown): string => {
  const gpu = error instanceof RuntimeError ? error.tried.find(({ name }) => name !== 'cpu') : undefined
  return gpu?.reason ?? (error instanceof Error ? error.message : String(error))
}

const withoutGpu = ({ gpu: _, ...hardware }: Hardware): Hardware => hardware

/** For a model that is asked for its name alone. */
const nothing = async (): Promise<unknown> => undefined
