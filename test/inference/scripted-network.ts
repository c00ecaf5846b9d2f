import type { LocalModelEvent } from '../../src/inference/backend-config.ts'
import { chatModel } from '../../src/inference/chat-model.ts'
import type { AnswerSettings } from '../../src/inference/draw-answer.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import type { ChatTokenizer, LoadedNetwork } from '../../src/inference/loaded-network.ts'
import type { LocalModel } from '../../src/inference/local-model.ts'
import type { AttentionMemory, Network } from '../../src/inference/network.ts'
import type { GrammarEngine } from '../../src/inference/token-constraint.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { systemClock } from '../../src/ports/system-clock.ts'

export interface NetworkScript {
  /** The answer to a prompt; it may be longer than asked for. */
  readonly answer: (prompt: string) => string
  /** Letters among which every token is drawn with equal odds, instead of an answer. */
  readonly letters?: string
  readonly branches?: boolean
  readonly window?: number
  /** Awaited in every step of the network, with the count of the steps before it. */
  readonly step?: (index: number) => Promise<void>
  /** Awaited while the network is loaded, with the count of the loads before it. */
  readonly load?: (index: number) => Promise<void>
}

export interface ScriptedNetwork extends Network {
  /** Tokens that each step was given. */
  readonly steps: readonly number[]
  /** Prompts that were asked, each when its first answer was: in the order of their turn. */
  readonly asked: readonly string[]
  /** Memories that were made and not given back. */
  readonly memories: number
}

/** The end of an answer; every other token is a byte of its UTF-8. */
export const end = 256

/** A network that says what it is told to. Its prompts end with the first `>`. */
export const scriptedNetwork = (script: NetworkScript): ScriptedNetwork => {
  const steps: number[] = []
  const asked = new Set<string>()
  const states = new Map<AttentionMemory, [token: number, position: number][]>()
  const nextTokens = (seen: readonly number[]): readonly number[] => {
    const question = seen.indexOf(62) + 1
    if (question === 0) return []
    if (script.letters !== undefined) return bytesOf(script.letters)
    const prompt = textOf(seen.slice(0, question))
    asked.add(prompt)
    return [[...bytesOf(script.answer(prompt)), end][seen.length - question] ?? end]
  }
  return {
    ...{ vocabularySize: end + 1, bytesPerSlot: 4, steps },
    window: script.window ?? 4096,
    branches: script.branches ?? true,
    get asked() {
      return [...asked]
    },
    get memories() {
      return states.size
    },
    memory(slots) {
      const memory: AttentionMemory = {
        slots,
        copyFrom(source, from, to, count) {
          const moved = (states.get(source) ?? []).slice(from, from + count)
          states.get(memory)?.splice(to, moved.length, ...moved)
        },
        free: () => states.delete(memory),
      }
      states.set(memory, [])
      return memory
    },
    async step(memory, { tokens, positions, at, visible, keep }) {
      await script.step?.(steps.push(tokens.length) - 1)
      const state = states.get(memory)
      if (state === undefined) throw new Error('This memory was given back.')
      const logits = new Float32Array(keep * (end + 1)).fill(-100)
      for (const [row, token] of tokens.entries()) {
        const own: [number, number] = [token, positions[row] ?? 0]
        state[at + row] = own
        const kept = row - (tokens.length - keep)
        if (kept < 0) continue
        const ranges = visible?.[row] ?? [0, at + row]
        const seen = ranges.flatMap((from, index) => (index % 2 === 0 ? state.slice(from, ranges[index + 1]) : []))
        const ordered = [...seen, own].sort(([, one], [, other]) => one - other).map(([one]) => one)
        for (const next of nextTokens(ordered)) logits[kept * (end + 1) + next] = 0
      }
      return logits
    },
    close: async () => {},
  }
}

export interface ScriptedModelOptions extends Partial<AnswerSettings> {
  readonly clock?: Clock
  readonly grammars?: () => Promise<GrammarEngine>
  readonly template?: Partial<LoadedNetwork['template']>
  readonly identity?: () => Promise<string>
  readonly onEvent?: (event: LocalModelEvent) => void
  readonly tools?: boolean
  /** Tokens that are tags, by their text. */
  readonly tags?: Readonly<Record<string, number>>
}

/** A chat model over scripted networks; each load makes one. */
export const modelOver = (
  script: Partial<NetworkScript> = {},
  options: ScriptedModelOptions = {},
): { readonly model: LocalModel; readonly networks: readonly ScriptedNetwork[]; readonly loads: () => number } => {
  const {
    clock = systemClock,
    grammars,
    template,
    identity,
    onEvent = () => {},
    tools,
    tags = {},
    ...settings
  } = options
  const networks: ScriptedNetwork[] = []
  let loads = 0
  const model = chatModel({
    ...{ id: 'local/test', maxTokens: 1024, thinking: false, thinkingBudget: Number.POSITIVE_INFINITY, seed: 0 },
    ...settings,
    ...{ clock, onEvent },
    capabilities: { grammar: grammars !== undefined, ...(tools !== undefined && { tools }) },
    identity: identity ?? (async () => '0'.repeat(64)),
    lessMemory: attempt => (attempt < 2 ? { from: `${attempt}`, to: `${attempt + 1}` } : undefined),
    async open() {
      loads += 1
      await script.load?.(loads - 1)
      const network = scriptedNetwork({ answer: () => 'yes', ...script })
      networks.push(network)
      const engine = inferenceEngine(network, { name: 'local/test' })
      return {
        ...{ tokenizer: withTags(tags), engine, endTokens: new Set([end]) },
        template: { ...plainTemplate, ...template },
        ...(grammars && { grammars }),
        facts: {
          backend: { kind: 'cpu', threads: 1, weights: 'fp32', reasons: [] },
          ...{ bytes: 0, window: network.window, batches: network.branches },
        },
        close: () => engine.close(),
      }
    },
  })
  return { model, networks, loads: () => loads }
}

/** Messages are written `role:content;`, and the answer begins after `>`. */
const plainTemplate: LoadedNetwork['template'] = {
  knowsTools: false,
  knowsThinking: false,
  write: (messages, { prompting }) =>
    `${messages.map(({ role, content }) => `${role}:${String(content)};`).join('')}${prompting ? '>' : ''}`,
}

const withTags = (tags: Readonly<Record<string, number>>): ChatTokenizer => {
  const known = Object.entries(tags)
  return {
    encode: text => bytesOf(known.reduce((all, [tag, token]) => all.replaceAll(tag, String.fromCharCode(token)), text)),
    bytesOf(token) {
      const tag = known.find(([, one]) => one === token)?.[0]
      return tag !== undefined ? Uint8Array.from(bytesOf(tag)) : token < end ? Uint8Array.of(token) : undefined
    },
    idOf: tag => tags[tag],
    nameOf: token => (token === end ? '<end>' : String.fromCharCode(token)),
    stripsSpace: false,
  }
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}

const textOf = (tokens: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(tokens))
