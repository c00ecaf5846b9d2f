import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { type InferenceEngineOptions, inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import type { TokenSampling } from '../../src/inference/generation.ts'
import type { Network } from '../../src/inference/network.ts'
import { onnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime, type OnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import type { TokenConstraint } from '../../src/inference/token-constraint.ts'
import type { BenchModel } from './bench-model.ts'
import type { BenchPrompt } from './workload.ts'

/** Our engine with nothing in memory at first. */
export interface OurEngine {
  /** Answers to all prompts, asked at once. */
  answers(
    prompts: readonly BenchPrompt[],
    makeConstraint: () => TokenConstraint,
  ): Promise<readonly (readonly number[])[]>
  /** Log-probabilities of answers after each prompt, asked at once. */
  scores(
    prompts: readonly BenchPrompt[],
    answers: readonly (readonly number[])[],
  ): Promise<readonly (readonly number[])[]>
  free(tokens: readonly number[], count: number): Promise<readonly number[]>
}

export interface OurEngines {
  readonly network: Network
  /** Runs a piece of work on an engine of its own, on the one network that is loaded. */
  fresh<Result>(work: (engine: OurEngine) => Promise<Result>): Promise<Result>
  free(tokens: readonly number[], count: number): Promise<readonly number[]>
  close(): Promise<void>
}

export interface OurEngineOptions {
  readonly dtype: 'fp32' | 'q8' | 'q4' | 'q4f16'
  readonly threads: number
  readonly engine?: InferenceEngineOptions
}

const files = { fp32: 'model', q8: 'model_quantized', q4: 'model_q4', q4f16: 'model_q4f16' } as const

const greedy = (): TokenSampling => ({
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  random: seededRandom(0),
})

export const benchNetwork = async (
  model: BenchModel,
  { dtype, threads }: OurEngineOptions,
  runtime: () => Promise<OnnxRuntime> = () =>
    broughtOnnxRuntime('the bench', 'onnxruntime-node', () => import('onnxruntime-node')),
): Promise<Network> =>
  onnxNetwork({
    id: model.name,
    runtime: await runtime(),
    graph: readFileSync(join(model.folder, 'onnx', `${files[dtype]}.onnx`)),
    shape: model,
    device: 'cpu',
    threads,
    sessionOptions: { interOpNumThreads: 1 },
  })

export const ourEngines = async (model: BenchModel, options: OurEngineOptions): Promise<OurEngines> => {
  const network = await benchNetwork(model, options)
  /** The engine closes what it is given; the network stays. */
  const kept: Network = { ...network, close: async () => {} }
  const engines: OurEngines = {
    network,
    async fresh(work) {
      const engine = inferenceEngine(kept, options.engine)
      const signal = new AbortController().signal
      const generate = async (
        prompt: readonly number[],
        shared: number,
        maxTokens: number,
        constraint?: () => TokenConstraint,
      ): Promise<readonly number[]> => {
        const tokens: number[] = []
        await engine.generate({
          prompt,
          shared,
          maxTokens,
          sampling: greedy(),
          endTokens: new Set(),
          ...(constraint === undefined ? {} : { constraint }),
          onToken: ({ token }) => {
            tokens.push(token)
            return false
          },
          priority: 0,
          signal,
        })
        return tokens
      }
      try {
        return await work({
          answers: (prompts, makeConstraint) =>
            Promise.all(prompts.map(({ tokens, shared }) => generate(tokens, shared, 400, makeConstraint))),
          scores: (prompts, answers) =>
            Promise.all(
              prompts.map(({ tokens, shared }) =>
                engine.score({ prompt: tokens, shared, answers, endTokens: new Set(), priority: 0, signal }),
              ),
            ),
          free: (tokens, count) => generate(tokens, 0, count),
        })
      } finally {
        await engine.close()
      }
    },
    free: (tokens, count) => engines.fresh(engine => engine.free(tokens, count)),
    close: () => network.close(),
  }
  return engines
}
