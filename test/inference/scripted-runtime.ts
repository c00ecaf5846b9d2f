import type {
  CausalModel,
  LoadOptions,
  RuntimeCache,
  RuntimeTensor,
  Tokenizer,
  TransformersRuntime,
} from '../../src/inference/transformers-runtime.ts'

export interface RuntimeScript {
  /** The answer to a prompt; it may be longer than asked for. */
  readonly answer: (prompt: string) => string
  /** Letters among which every token is drawn with equal odds, instead of an answer. */
  readonly letters?: string
  /** Where the attention state lives; `cpu` when absent. */
  readonly location?: string
  /** Names of the outputs that are state; attention of one layer when absent. */
  readonly state?: readonly string[]
  /** Bytes of state for a token, of each output; 4 when absent. */
  readonly bytesPerToken?: number
  /** Awaited in every step of the network, with the count of the steps before it. */
  readonly step?: (index: number) => Promise<void>
  /** Awaited while the network is loaded, with the count of the loads before it. */
  readonly load?: (index: number) => Promise<void>
  readonly window?: number
}

export interface ScriptedRuntime extends TransformersRuntime {
  /** Tensors of state that are made and not disposed. */
  readonly alive: number
  /** Steps of the network begun so far, and the tokens that each of them was given. */
  readonly steps: readonly number[]
  /** What the network was loaded with, each time. */
  readonly loadedWith: readonly LoadOptions[]
  /** Generations begun. */
  readonly generations: number
  /** How many generations were under way at once, at most. */
  readonly busiest: number
}

/** The end of an answer; every other token is a byte of its UTF-8. */
const end = 256

interface StateTensor extends RuntimeTensor {
  readonly tokens: readonly number[]
  readonly disposed: boolean
}

/**
 * A double of @huggingface/transformers 4.3.1 that says what it is told to and counts its tensors.
 *
 * It owns tensors as the library does: a step disposes the state on the GPU that it replaces; state that came from
 * outside stays alive at the end, other state is disposed; an error in between leaves everything as it is. It fails where
 * the library would read freed memory.
 */
export const scriptedRuntime = (script: RuntimeScript): ScriptedRuntime => {
  const { location = 'cpu', state = ['present.0.key', 'present.0.value'], bytesPerToken = 4 } = script
  let alive = 0
  let generations = 0
  let underWay = 0
  let busiest = 0
  const steps: number[] = []
  const loadedWith: LoadOptions[] = []

  class Tensor implements RuntimeTensor {
    readonly location: string = 'cpu'
    readonly data: BigInt64Array
    readonly dims: readonly number[]
    constructor(_type: 'int64', data: BigInt64Array, dims: readonly number[]) {
      this.data = data
      this.dims = dims
    }
    dispose() {}
  }

  const stateTensor = (tokens: readonly number[]): StateTensor => {
    let disposed = false
    alive += 1
    return {
      tokens,
      location,
      dims: [1, tokens.length],
      get disposed() {
        return disposed
      },
      get data() {
        if (location !== 'cpu') throw new Error('The data is not on the CPU.')
        return new Float32Array((tokens.length * bytesPerToken) / 4)
      },
      dispose() {
        if (disposed) throw new Error('The tensor is disposed already.')
        disposed = true
        alive -= 1
      },
    }
  }

  class DynamicCache implements RuntimeCache {
    entries: Record<string, StateTensor>
    constructor(entries: Readonly<Record<string, RuntimeTensor>> = {}) {
      this.entries = { ...entries } as Record<string, StateTensor>
    }
    get tokens(): readonly number[] {
      const tensors = Object.values(this.entries)
      if (tensors.some(({ disposed }) => disposed)) throw new Error('The state was disposed.')
      return tensors[0]?.tokens ?? []
    }
    update(outputs: Readonly<Record<string, RuntimeTensor>>) {
      for (const [name, tensor] of Object.entries(outputs)) {
        if (!name.startsWith('present')) continue
        const key = name.replace(/^present(?=_)/, 'past').replace(/^present/, 'past_key_values')
        if (this.entries[key]?.location === 'gpu-buffer') this.entries[key].dispose()
        this.entries[key] = tensor as StateTensor
      }
    }
    async dispose() {
      for (const tensor of Object.values(this.entries)) if (tensor.location === 'gpu-buffer') tensor.dispose()
    }
  }

  const forward = async (
    tokens: readonly number[],
    cache: DynamicCache,
    nextOf: (seen: readonly number[]) => number[],
    kept = 1,
  ) => {
    const past = cache.tokens
    const index = steps.push(tokens.length) - 1
    await script.step?.(index)
    const seen = [...past, ...tokens]
    const logits = new Float32Array(kept * (end + 1)).fill(-100)
    for (let place = 0; place < kept; place += 1) {
      const before = seen.slice(0, seen.length - (kept - 1 - place))
      for (const token of nextOf(before)) logits[place * (end + 1) + token] = 0
    }
    const outputs: Record<string, RuntimeTensor> = {
      logits: { data: logits, dims: [1, kept, end + 1], location: 'cpu', dispose() {} },
    }
    for (const name of state) outputs[name] = stateTensor(seen)
    return outputs
  }

  const nextTokens = (prompt: readonly number[]) => {
    const answer = script.letters === undefined ? [...bytesOf(script.answer(textOf(prompt))), end] : []
    return (seen: readonly number[]): number[] =>
      script.letters === undefined ? [answer[seen.length - prompt.length] ?? end] : bytesOf(script.letters)
  }

  interface Options {
    readonly input_ids: RuntimeTensor
    readonly past_key_values?: DynamicCache
    readonly max_new_tokens: number
    readonly logits_processor: readonly ((tokens: unknown, logits: RuntimeTensor) => RuntimeTensor)[]
    readonly stopping_criteria: readonly ((tokens: readonly (readonly bigint[])[]) => boolean[])[]
  }

  const generate = async (options: Options): Promise<unknown> => {
    generations += 1
    underWay += 1
    busiest = Math.max(busiest, underWay)
    try {
      const cache = options.past_key_values ?? new DynamicCache()
      const prompt = tokensOf(options.input_ids)
      const nextOf = nextTokens(prompt)
      const all = [...prompt]
      let fed = prompt.slice(cache.tokens.length)
      for (let made = 1; ; made += 1) {
        const outputs = await forward(fed, cache, nextOf)
        let logits = outputs.logits as RuntimeTensor
        for (const process of options.logits_processor) logits = process([all.map(BigInt)], logits)
        const numbers = Array.from(logits.data, Number)
        fed = [numbers.indexOf(Math.max(...numbers))]
        all.push(...fed)
        const stopped = options.stopping_criteria.map(criterion => criterion([all.map(BigInt)])[0])
        cache.update(outputs)
        if (stopped.includes(true) || made >= options.max_new_tokens) break
      }
      if (options.past_key_values === undefined) await cache.dispose()
      return all
    } finally {
      underWay -= 1
    }
  }

  const model = Object.assign(
    (inputs: Readonly<Record<string, RuntimeTensor | RuntimeCache>>) => {
      const cache = inputs.past_key_values instanceof DynamicCache ? inputs.past_key_values : new DynamicCache()
      const tokens = tokensOf(inputs.input_ids as RuntimeTensor)
      const [kept = 1] = inputs.num_logits_to_keep ? tokensOf(inputs.num_logits_to_keep as RuntimeTensor) : []
      // The question ends with the first `>`.
      const questionOf = (seen: readonly number[]) => seen.slice(0, seen.indexOf(62) + 1)
      return forward(tokens, cache, seen => (seen.includes(62) ? nextTokens(questionOf(seen))(seen) : []), kept)
    },
    {
      generate: (options: Readonly<Record<string, unknown>>) => generate(options as unknown as Options),
      config: script.window === undefined ? {} : { max_position_embeddings: script.window },
      generation_config: { eos_token_id: [end] },
    },
  ) satisfies CausalModel

  return {
    AutoTokenizer: { from_pretrained: async () => tokenizer },
    AutoModelForCausalLM: {
      from_pretrained: async (_, options) => {
        loadedWith.push(options)
        await script.load?.(loadedWith.length - 1)
        return model
      },
    },
    Tensor,
    DynamicCache,
    get alive() {
      return alive
    },
    steps,
    loadedWith,
    get generations() {
      return generations
    },
    get busiest() {
      return busiest
    },
  }
}

/** Messages are written `role:content;`, and the answer begins after `>`. */
const tokenizer: Tokenizer = {
  encode: text => bytesOf(text),
  decode: textOf,
  apply_chat_template: (messages, { add_generation_prompt }) =>
    `${messages.map(({ role, content }) => `${role}:${content};`).join('')}${add_generation_prompt ? '>' : ''}`,
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}

function textOf(tokens: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(tokens.filter(token => token < end)))
}

const tokensOf = ({ data }: RuntimeTensor): number[] => Array.from(data as BigInt64Array, Number)
