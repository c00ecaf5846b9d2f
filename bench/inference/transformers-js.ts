import { dirname } from 'node:path'
import {
  AutoModelForCausalLM,
  DynamicCache,
  env,
  LogitsProcessor,
  LogitsProcessorList,
  StoppingCriteria,
  Tensor,
} from '@huggingface/transformers'
import type { TokenConstraint } from '../../src/inference/token-constraint.ts'
import type { BenchModel } from './bench-model.ts'
import type { BenchPrompt } from './workload.ts'

/** @huggingface/transformers as somebody uses it who knows it well. */
export interface TransformersJs {
  /** generate() on the whole prompt. */
  fromScratch(prompt: BenchPrompt, makeConstraint: () => TokenConstraint): Promise<readonly number[]>
  /** The state of what prompts share, computed once. */
  prefix(prompt: BenchPrompt): Promise<SharedPrefix>
  /** generate() on a clone of that state, the forced beginning of the answer already in the prompt. */
  fromPrefix(
    prefix: SharedPrefix,
    prompt: BenchPrompt,
    makeConstraint: () => TokenConstraint,
  ): Promise<readonly number[]>
  /** Tokens drawn freely after a prompt, nothing shared. */
  free(tokens: readonly number[], count: number): Promise<readonly number[]>
  /** Log-probabilities of answers after a prompt that goes on from the shared state, one pass each. */
  score(prefix: SharedPrefix, prompt: BenchPrompt, answers: readonly (readonly number[])[]): Promise<readonly number[]>
  close(): Promise<void>
}

export interface SharedPrefix {
  readonly length: number
  readonly state: Readonly<Record<string, Tensor>>
}

export interface TransformersJsOptions {
  readonly dtype: 'fp32' | 'q8' | 'q4' | 'q4f16'
  readonly threads: number
  /** `cpu` when absent. */
  readonly device?: 'cpu' | 'webgpu' | 'cuda'
}

const ids = (tokens: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length])

/** Draws under a constraint: what is forced comes token by token, as generate() has no other way. */
class Constrained extends LogitsProcessor {
  readonly constraint: TokenConstraint
  readonly start: number
  forced: readonly number[] = []
  seen: number

  constructor(constraint: TokenConstraint, start: number, forced: readonly number[]) {
    super()
    this.constraint = constraint
    this.start = start
    this.seen = start
    this.forced = forced
  }

  /** Takes the token drawn last. */
  take(tokens: readonly bigint[]): void {
    if (this.seen === tokens.length) return
    this.seen = tokens.length
    if (this.forced.length > 0) this.forced = this.forced.slice(1)
    else {
      this.constraint.accept(Number(tokens.at(-1)))
      this.forced = this.constraint.forced()
    }
  }

  override _call(_tokens: bigint[][], logits: Tensor): Tensor {
    const row = logits.data as Float32Array
    const [next] = this.forced
    if (next === undefined) this.constraint.mask(row)
    else {
      row.fill(Number.NEGATIVE_INFINITY)
      row[next] = 0
    }
    return logits
  }
}

class Ended extends StoppingCriteria {
  readonly processor: Constrained

  constructor(processor: Constrained) {
    super()
    this.processor = processor
  }

  override _call(tokens: number[][]): boolean[] {
    const [row] = tokens as unknown as bigint[][]
    if (row !== undefined) this.processor.take(row)
    return [this.processor.constraint.ended && this.processor.forced.length === 0]
  }
}

export const transformersJs = async (model: BenchModel, options: TransformersJsOptions): Promise<TransformersJs> => {
  env.allowRemoteModels = false
  env.localModelPath = `${dirname(model.folder)}/`
  const network = await AutoModelForCausalLM.from_pretrained(model.name, {
    dtype: options.dtype,
    device: options.device ?? 'cpu',
    session_options: { intraOpNumThreads: options.threads, interOpNumThreads: 1 },
  })

  const generated = async (
    input: readonly number[],
    processor: Constrained,
    state: Readonly<Record<string, Tensor>> | undefined,
  ): Promise<readonly number[]> => {
    const processors = new LogitsProcessorList()
    processors.push(processor)
    const output = await network.generate({
      inputs: ids(input),
      attention_mask: new Tensor('int64', new BigInt64Array(input.length).fill(1n), [1, input.length]),
      ...(state === undefined ? {} : { past_key_values: new DynamicCache({ ...state }) }),
      logits_processor: processors,
      stopping_criteria: new Ended(processor),
      max_new_tokens: 400,
      do_sample: false,
    } as Parameters<typeof network.generate>[0])
    return Array.from((output as Tensor).data as BigInt64Array, Number).slice(processor.start)
  }

  /** One pass over tokens after a state; all their logits. */
  const pass = (tokens: readonly number[], state: Readonly<Record<string, Tensor>> | undefined, keep: number) => {
    const past = Object.values(state ?? {})[0]?.dims[2] ?? 0
    const total = past + tokens.length
    return network({
      input_ids: ids(tokens),
      attention_mask: new Tensor('int64', new BigInt64Array(total).fill(1n), [1, total]),
      position_ids: new Tensor(
        'int64',
        BigInt64Array.from(tokens, (_, index) => BigInt(past + index)),
        [1, tokens.length],
      ),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(keep)), []),
      ...(state === undefined ? {} : { past_key_values: new DynamicCache({ ...state }) }),
    })
  }

  const stateOf = (outputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> =>
    Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith('present.'))
        .map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor]),
    )

  return {
    async fromScratch(prompt, makeConstraint) {
      const constraint = makeConstraint()
      const processor = new Constrained(constraint, prompt.tokens.length, constraint.forced())
      const answer = await generated(prompt.tokens, processor, undefined)
      constraint.free()
      return answer
    },
    async prefix({ tokens, shared }) {
      return { length: shared, state: stateOf(await pass(tokens.slice(0, shared), undefined, 1)) }
    },
    async fromPrefix(prefix, prompt, makeConstraint) {
      const constraint = makeConstraint()
      const forced = constraint.forced()
      const input = [...prompt.tokens, ...forced]
      const processor = new Constrained(constraint, input.length, [])
      const answer = await generated(input, processor, prefix.state)
      constraint.free()
      return [...forced, ...answer]
    },
    async free(tokens, count) {
      const output = await network.generate({
        inputs: ids(tokens),
        min_new_tokens: count,
        max_new_tokens: count,
        do_sample: false,
      } as Parameters<typeof network.generate>[0])
      return Array.from((output as Tensor).data as BigInt64Array, Number).slice(tokens.length)
    },
    async score(prefix, prompt, answers) {
      const asked: { readonly logits: Tensor } & Readonly<Record<string, Tensor>> = await pass(
        prompt.tokens.slice(prefix.length),
        prefix.state,
        1,
      )
      const state = stateOf(asked)
      const scores: number[] = []
      for (const answer of answers) {
        const last = asked.logits.data as Float32Array
        let score = logProbability(last, answer[0])
        if (answer.length > 1) {
          const { logits }: { readonly logits: Tensor } = await pass(answer.slice(0, -1), state, answer.length - 1)
          const rows = logits.data as Float32Array
          for (let index = 1; index < answer.length; index++) {
            const start = (index - 1) * model.vocabularySize
            score += logProbability(rows.subarray(start, start + model.vocabularySize), answer[index])
          }
        }
        scores.push(score)
      }
      return scores
    },
    async close() {
      await network.dispose()
    },
  }
}

const logProbability = (logits: Float32Array, token = -1): number => {
  let highest = Number.NEGATIVE_INFINITY
  for (const logit of logits) if (logit > highest) highest = logit
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - highest)
  return (logits[token] ?? Number.NaN) - highest - Math.log(sum)
}
