/*
 * Measures a model of the full shape of Qwen3-0.6B on this machine, beside transformers.js.
 *
 *   training/make_full_size.py /models/full-size --dtypes q4f16,q4         writes it, random weights
 *   node bench/inference/full-size.ts /models/full-size                    the CPU: short, a few minutes
 *   node bench/inference/full-size.ts /models/full-size --device webgpu    the GPU, by onnxruntime-node
 *   node bench/inference/full-size.ts /models/full-size --device dawn      the GPU, by onnxruntime-web on the package webgpu
 *
 * --weights q4f16|q4|q8  --threads N  --shared N --own N --tokens N --examples N (of the evaluation)  --no-peer
 */

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { folderFiles } from '../../node/inference/folder-files.ts'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import type { InferenceEngine } from '../../src/inference/generation.ts'
import { loadNetwork } from '../../src/inference/onnx/load-network.ts'
import type { OnnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import type { TokenConstraint } from '../../src/inference/token-constraint.ts'
import { markdownTable } from '../markdown-table.ts'
import { benchModelIn } from './bench-model.ts'
import { cpuOf } from './cpu-time.ts'
import { deviceRuntime } from './device-runtime.ts'
import { times } from './figure.ts'
import { transformersJs } from './transformers-js.ts'
import type { BenchPrompt } from './workload.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'cpu' },
    weights: { type: 'string' },
    threads: { type: 'string', default: '2' },
    shared: { type: 'string' },
    own: { type: 'string' },
    tokens: { type: 'string' },
    examples: { type: 'string' },
    'no-peer': { type: 'boolean', default: false },
  },
})
const [folder] = positionals
if (folder === undefined) throw new Error('Expected the folder of a model. Make one with training/make_full_size.py.')
const device = oneOf(['cpu', 'webgpu', 'cuda', 'dawn'] as const, values.device)
const onCpu = device === 'cpu'
const weights = oneOf(['q4f16', 'q4', 'q8'] as const, values.weights ?? (onCpu ? 'q4' : 'q4f16'))
const threads = Number(values.threads)
const size = {
  shared: Number(values.shared ?? (onCpu ? 240 : 1200)),
  own: Number(values.own ?? (onCpu ? 12 : 60)),
  tokens: Number(values.tokens ?? (onCpu ? 8 : 24)),
  examples: Number(values.examples ?? (onCpu ? 8 : 50)),
}
/** Prompts that the peer reads from scratch; all of them would take it an hour on a CPU. */
const fromScratch = Math.min(size.examples, onCpu ? 2 : 10)
const model = benchModelIn(folder)

const random = seededRandom(3)
const randomTokens = (count: number): readonly number[] =>
  Array.from({ length: count }, () => random.integer(0, model.vocabularySize - 400))
const beginning = randomTokens(size.shared)
const prompts = Array.from({ length: size.examples }, () => [...beginning, ...randomTokens(size.own)])
const alone = randomTokens(32)
const aloneTokens = onCpu ? 16 : 64

interface Figures {
  readonly loadMs: number
  readonly residentMb: number
  readonly gpuMb: number | undefined
  /** Of one answer alone, after its first token. */
  readonly tokensASecond: number
  /** Of the evaluation, for each example. */
  readonly evaluationMs: number
  readonly cachedMs?: number
  readonly answers: readonly (readonly number[])[]
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** What computing takes: on a CPU that does other things too, the clock would tell of those. */
const computing = async (work: () => Promise<unknown>): Promise<number> =>
  onCpu ? (await cpuOf(async () => void (await work()))) / 1000 : await seconds(work)

const rate = async (say: (tokens: readonly number[], count: number) => Promise<unknown>): Promise<number> => {
  await say(alone, 2) // warm
  const first = await computing(() => say(alone, 1))
  return (aloneTokens - 1) / ((await computing(() => say(alone, aloneTokens))) - first)
}

const memory = (): { readonly residentMb: number; readonly gpuMb: number | undefined } => ({
  residentMb: process.memoryUsage().rss / 2 ** 20,
  gpuMb: onCpu ? undefined : gpuMb(),
})

const ours = async (): Promise<Figures> => {
  const { runtime, ...where } = await deviceRuntime(device)
  const before = memory()
  let network: OnnxNetwork | undefined
  const load = async () => {
    network = await loadNetwork(folderFiles(folder), { runtime, weights, ...where, threads })
  }
  const loadMs = 1000 * (await seconds(load))
  if (network === undefined) throw new Error('nothing was loaded')
  const kept = { ...network, close: async () => {} }
  const answering = async <Result>(work: (engine: InferenceEngine) => Promise<Result>): Promise<Result> => {
    const engine = inferenceEngine(kept, { bytes: 2 ** 30 })
    try {
      return await work(engine)
    } finally {
      await engine.close()
    }
  }
  const tokensASecond = await answering(engine => rate((tokens, count) => generated(engine, tokens, 0, count)))
  let answers: Figures['answers'] = []
  const spent = await answering(engine =>
    computing(async () => {
      answers = await Promise.all(prompts.map(prompt => generated(engine, prompt, size.shared, size.tokens)))
    }),
  )
  const figures = { ...difference(before, memory()), loadMs, tokensASecond, answers }
  await network.close()
  return { ...figures, evaluationMs: (1000 * spent) / size.examples }
}

const generated = async (
  engine: InferenceEngine,
  prompt: readonly number[],
  shared: number,
  maxTokens: number,
): Promise<readonly number[]> => {
  const tokens: number[] = []
  const greedy = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }
  await engine.generate({
    ...{ prompt, shared, maxTokens, priority: 0, endTokens: new Set<number>(), signal: new AbortController().signal },
    sampling: { ...greedy, frequencyPenalty: 0, presencePenalty: 0, random: seededRandom(0) },
    onToken: ({ token }) => {
      tokens.push(token)
      return false
    },
  })
  return tokens
}

const theirs = async (): Promise<Figures> => {
  const before = memory()
  let peer: Awaited<ReturnType<typeof transformersJs>> | undefined
  const where = device === 'dawn' ? 'webgpu' : device
  const loadMs =
    1000 *
    (await seconds(async () => {
      peer = await transformersJs(model, { dtype: weights, threads, device: where })
    }))
  if (peer === undefined) throw new Error('nothing was loaded')
  const { free, prefix, fromPrefix } = peer
  const tokensASecond = await rate(free)
  const answers: (readonly number[])[] = []
  const some = prompts.slice(0, fromScratch)
  const spent = await computing(async () => {
    for (const prompt of some) answers.push(await free(prompt, size.tokens))
  })
  const [first] = prompts
  if (first === undefined) throw new Error('Expected prompts.')
  const cached = await computing(async () => {
    const shared = await prefix(asked(first))
    for (const prompt of some) await fromPrefix(shared, asked(prompt), () => counted(size.tokens))
  })
  const prefixOnly = await computing(() => prefix(asked(first)))
  const figures = { ...difference(before, memory()), loadMs, tokensASecond, answers }
  await peer.close()
  // The beginning is read once for all examples, not once for those that were measured.
  const cachedMs = 1000 * ((cached - prefixOnly) / some.length + prefixOnly / size.examples)
  return { ...figures, evaluationMs: (1000 * spent) / some.length, cachedMs }
}

const asked = (tokens: readonly number[]): BenchPrompt => ({ messages: [], tokens, shared: size.shared })

/** Allows everything, for so many tokens. */
const counted = (count: number): TokenConstraint => {
  let left = count
  return {
    prepare: () => {},
    mask: () => {},
    accept: () => {
      left -= 1
    },
    forced: () => [],
    get ended() {
      return left <= 0
    },
    free: () => {},
  }
}

const difference = (
  before: ReturnType<typeof memory>,
  after: ReturnType<typeof memory>,
): ReturnType<typeof memory> => ({
  residentMb: after.residentMb - before.residentMb,
  gpuMb: after.gpuMb === undefined ? undefined : after.gpuMb - (before.gpuMb ?? 0),
})

/** What nvidia-smi says is used; undefined where nobody says. */
function gpuMb(): number | undefined {
  try {
    const asked = ['--query-gpu=memory.used', '--format=csv,noheader,nounits']
    return Number.parseInt(execFileSync('nvidia-smi', asked, { encoding: 'utf8' }), 10)
  } catch {
    return undefined // another maker's GPU
  }
}

function oneOf<Name extends string>(names: readonly Name[], given: string): Name {
  const found = names.find(name => name === given)
  if (found === undefined) throw new Error(`Expected one of ${names.join(', ')}, got ${given}.`)
  return found
}

const row = (name: string, { loadMs, residentMb, gpuMb: gpu, tokensASecond, evaluationMs, cachedMs }: Figures) => [
  name,
  (loadMs / 1000).toFixed(2),
  residentMb.toFixed(0),
  gpu?.toFixed(0) ?? '',
  tokensASecond.toFixed(1),
  evaluationMs.toFixed(0),
  cachedMs?.toFixed(0) ?? '',
]

console.log(
  `${model.layers} layers, ${model.vocabularySize} tokens, ${weights} on ${device}${onCpu ? `, ${threads} threads` : ''}. ` +
    `The evaluation: ${size.examples} examples, ${size.shared} tokens shared, ${size.own} their own, ${size.tokens} generated. ${onCpu ? 'CPU time, but for loading' : 'Wall time'}.`,
)
const mine = await ours()
const head = ['', 'load, s', 'memory, MB', 'GPU, MB', 'tokens/s alone', 'evaluation, ms', 'its cached best, ms']
if (values['no-peer']) console.log(markdownTable(head, [row('Kkachi', mine)]))
else {
  const peer = await theirs()
  console.log(markdownTable(head, [row('transformers.js', peer), row('Kkachi', mine)]))
  const same = peer.answers.filter((answer, index) => answer.join() === mine.answers[index]?.join()).length
  console.log(
    `Evaluation: ${times(peer.evaluationMs / mine.evaluationMs)} from scratch, ${times((peer.cachedMs ?? Number.NaN) / mine.evaluationMs)} ` +
      `the cached best; ${same} of ${peer.answers.length} answers with the same tokens.`,
  )
}
