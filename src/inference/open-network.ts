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
  /** Whether the engine of grammars is made ready meanwhile. */
  readonly warm?: boolean
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
  const openWords = async () => {
    const [text, generation, config] = await Promise.all([
      openText(),
      optionalModelJson(files, 'generation_config.json'),
      optionalModelJson(files, 'config.json'),
    ])
    // The network may have rows that are no tokens. It is refused where this number is wild, and nothing is made of it before.
    const rows = Number.isSafeInteger(config.vocab_size) ? Number(config.vocab_size) : 0
    const size = Math.max(text.tokenizer.size, rows <= mostRows ? rows : 0)
    return { ...text, size, endTokens: endTokensOf(generation, config, text.tokenizer) }
  }
  const opening = openWords()
  const { grammar } = options
  let grammars: Promise<GrammarEngine> | undefined
  const bringGrammars = (make: NonNullable<typeof grammar>): Promise<GrammarEngine> => {
    grammars ??= opening
      .then(({ tokenizer, size, endTokens }) => make({ ...tokenizer, size, endTokens }))
      .catch(error => {
        grammars = undefined
        throw error
      })
    return grammars
  }
  const freeGrammars = async (): Promise<void> => {
    await grammars?.then(made => made.free()).catch(() => {})
  }
  // Its code is read and compiled beside the session. What fails here is told to who asks for it.
  if (options.warm && grammar) bringGrammars(grammar).catch(() => {})
  const [words, session] = await Promise.allSettled([opening, openSession()])
  if (session.status === 'rejected') {
    await freeGrammars()
    throw session.reason
  }
  const network = session.value
  if (words.status === 'rejected') {
    await network.close()
    throw words.reason
  }
  const { tokenizer, template, endTokens } = words.value
  const room = (attentionBytes ?? attentionRoom(network)) * attentionShare
  const engine = inferenceEngine(network, { name: id, bytes: room })
  const bytes = network.bytes
  onEvent({ type: 'ready', loadMs: clock.now() - began, bytes })
  return {
    ...{ tokenizer, template, engine, endTokens },
    facts: { backend, bytes, window: network.window, batches: network.branches },
    ...(grammar && { grammars: () => bringGrammars(grammar) }),
    async close() {
      await engine.close()
      await freeGrammars()
    },
  }
}

const mostRows = 2 ** 22
