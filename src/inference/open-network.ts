import type { Clock } from '../ports/clock.ts'
import { attentionRoom } from './attention-room.ts'
import type { BackendConfig, LocalModelEvent, WeightType } from './backend-config.ts'
import { bringTextLibraries } from './bring-text-libraries.ts'
import { chatTemplate } from './chat/chat-template.ts'
import { inferenceEngine } from './engine/inference-engine.ts'
import type { LoadedNetwork } from './loaded-network.ts'
import type { ModelFiles } from './model-files.ts'
import type { Network } from './network.ts'
import type { GpuDevice } from './onnx/gpu-device.ts'
import { loadNetwork } from './onnx/load-network.ts'
import { broughtOnnxRuntime } from './onnx/onnx-runtime.ts'
import { endTokensOf } from './text/end-tokens.ts'
import { optionalModelJson } from './text/model-json.ts'
import { tokenizerFromFiles } from './text/tokenizer-from-files.ts'
import type { GrammarEngine, TokenVocabulary } from './token-constraint.ts'

export interface OpenNetworkOptions {
  readonly id: string
  readonly files: ModelFiles
  readonly runtime: () => Promise<unknown>
  readonly library?: 'onnxruntime-node' | 'onnxruntime-web'
  readonly device: string
  readonly gpuDevice?: GpuDevice
  readonly weights: WeightType
  readonly threads?: number
  readonly backend: BackendConfig
  readonly attentionBytes?: number
  /** How much of it may be used, in (0, 1]. */
  readonly attentionShare: number
  readonly grammar?: (vocabulary: TokenVocabulary) => Promise<GrammarEngine>
  readonly check?: (network: Network) => Promise<void>
  readonly clock: Clock
  readonly onEvent: (event: LocalModelEvent) => void
}

/** Loads network, tokenizer and chat template side by side, and starts the engine that computes answers. */
export const openNetwork = async (options: OpenNetworkOptions): Promise<LoadedNetwork> => {
  const { id, files, weights, device, gpuDevice, threads, backend, attentionBytes, attentionShare, clock, onEvent } =
    options
  const began = clock.now()
  onEvent({ type: 'backend', backend })
  const libraries = bringTextLibraries()
  libraries.catch(() => {}) // thrown to those who wait for it below
  const openText = async () => {
    const tokenizer = await tokenizerFromFiles(files, { libraries: () => libraries })
    const template = await chatTemplate(files, tokenizer.config, { jinja: async () => (await libraries).jinja })
    return { tokenizer, template }
  }
  const openSession = async () => {
    const runtime = await broughtOnnxRuntime(id, options.library ?? 'onnxruntime-web', options.runtime)
    const network = await loadNetwork(files, {
      ...{ id, runtime, weights, device },
      ...(gpuDevice !== undefined && { gpuDevice }),
      ...(threads !== undefined && { threads }),
      onProgress: progress => onEvent({ type: 'progress', ...progress }),
    })
    try {
      await options.check?.(network)
      return network
    } catch (error) {
      await network.close()
      throw error
    }
  }
  const [text, session, generation, config] = await Promise.allSettled([
    openText(),
    openSession(),
    optionalModelJson(files, 'generation_config.json'),
    optionalModelJson(files, 'config.json'),
  ])
  if (session.status === 'rejected') throw session.reason
  const network = session.value
  for (const part of [text, generation, config]) {
    if (part.status === 'fulfilled') continue
    await network.close()
    throw part.reason
  }
  const { tokenizer, template } = settled(text)
  const endTokens = endTokensOf(settled(generation), settled(config), tokenizer)
  const room = (attentionBytes ?? attentionRoom(network)) * attentionShare
  const engine = inferenceEngine(network, { name: id, bytes: room })
  const bytes = network.bytes
  const { grammar } = options
  let grammars: Promise<GrammarEngine> | undefined
  onEvent({ type: 'ready', loadMs: clock.now() - began, bytes })
  return {
    ...{ tokenizer, template, engine, endTokens },
    facts: { backend, bytes, window: network.window, batches: network.branches },
    ...(grammar && {
      grammars() {
        const size = Math.max(tokenizer.size, network.vocabularySize)
        grammars ??= grammar({ ...tokenizer, size, endTokens }).catch(error => {
          grammars = undefined
          throw error
        })
        return grammars
      },
    }),
    async close() {
      await engine.close()
      await grammars?.then(made => made.free()).catch(() => {})
    },
  }
}

/** The value of a promise that is known to have one. */
const settled = <Value>(part: PromiseSettledResult<Value>): Value => {
  if (part.status === 'rejected') throw part.reason
  return part.value
}
