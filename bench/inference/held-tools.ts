/*
 * Tools beside a free answer: what holding its calls to them costs while it is free, and what it saves within a call.
 *
 *   node bench/inference/held-tools.ts [rounds, 7]
 */
import { fileURLToPath } from 'node:url'
import { grammarWasm } from '../../node/inference/grammar-wasm.ts'
import { derive, seededRandom } from '../../src/data/seeded-random.ts'
import { callGrammar } from '../../src/inference/chat/call-grammar.ts'
import { heldCalls } from '../../src/inference/chat/held-calls.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import type { GrammarEngine, TokenConstraint, TokenVocabulary } from '../../src/inference/token-constraint.ts'
import type { ToolDefinition } from '../../src/ports/message.ts'
import { cpuOf } from './cpu-time.ts'
import type { Part } from './figure.ts'
import { openNano } from './open-nano.ts'
import { syntheticVocabulary } from './synthetic-vocabulary.ts'

const vocabularySize = 151_936

const tool = (name: string, ...fields: readonly string[]): ToolDefinition => ({
  name,
  parameters: {
    type: 'object',
    properties: Object.fromEntries(fields.map(field => [field, { type: 'string' }])),
    required: fields,
  },
})
const few = [tool('weather', 'city'), tool('job_of', 'person'), tool('find_pet', 'animal', 'city')]
const many = Array.from({ length: 20 }, (_, index) => tool(`tool_${index}`, 'one', 'two', 'three', 'four'))

const held = (
  engine: GrammarEngine,
  { bytesOf, endTokens }: Pick<TokenVocabulary, 'bytesOf' | 'endTokens'>,
  tools: readonly ToolDefinition[],
): TokenConstraint => {
  const grammar = callGrammar(engine, tools, refusal => console.log(refusal))
  if (grammar === undefined) throw new Error('Expected tools that a grammar can follow.')
  const onLost = (reason: string): void => console.log(reason)
  return heldCalls({
    ...{ place: 'start', bytesOf, endTokens, reads: true, onLost },
    calls: () => engine.constraint(grammar),
  })
}

export const heldToolsPart = async ({ rounds }: { readonly rounds: number }): Promise<Part> => {
  const large = await largeVocabulary()
  const small = await onNano(rounds)
  const share = small.held / small.free - 1
  return {
    title: 'Tools beside a free answer',
    how: `What a constraint does for a token over ${vocabularySize} synthetic ones while the answer is free, and answers of the embedded model with and without it in turn, by CPU time, the least of ${rounds} rounds.`,
    head: ['what', 'found'],
    rows: [
      ['a token of a free answer: prepare, mask, accept, forced', `${(large.perToken * 1e6).toFixed(0)} ns`],
      ['looking through a vocabulary once', `${large.first.toFixed(1)} ms`],
      [
        '20 tools of 4 texts: the first request, then each',
        `${large.compile.toFixed(1)} ms, ${large.again.toFixed(2)} ms`,
      ],
      [
        'a step of the embedded model in a free answer: without, with',
        `${small.free.toFixed(3)}, ${small.held.toFixed(3)} ms`,
      ],
      ['a call of the embedded model: without, with', `${small.freeCall.toFixed(1)}, ${small.heldCall.toFixed(1)} ms`],
    ],
    lines: [
      {
        what: 'a token of a free answer over 150,000 tokens',
        bar: '<= 0.005 ms',
        found: `${large.perToken.toFixed(6)} ms`,
        holds: large.perToken <= 0.005,
      },
      {
        what: 'a step of the embedded model with tools held, against free',
        bar: 'within noise',
        found: `${(100 * share).toFixed(1)} %`,
        holds: undefined,
      },
    ],
  }
}

const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const largeVocabulary = async () => {
  const vocabulary = syntheticVocabulary(vocabularySize)
  const engine = await grammarEngine({ vocabulary, wasm: grammarWasm })
  const compiling = threadMs()
  held(engine, vocabulary, many).free()
  const compile = threadMs() - compiling
  const requests = 20
  const asking = threadMs()
  for (let request = 0; request < requests; request += 1) held(engine, vocabulary, many).free()
  const again = (threadMs() - asking) / requests
  const logits = new Float32Array(vocabularySize)
  const constraint = held(engine, vocabulary, many)
  const looking = threadMs()
  constraint.mask(logits)
  const first = threadMs() - looking
  const random = derive(3, 'tokens')
  const tokens = Array.from({ length: 4096 }, () => random.integer(0, vocabularySize - 2))
  const walk = (): void => {
    for (const token of tokens) {
      constraint.prepare()
      constraint.mask(logits)
      constraint.accept(token)
      constraint.forced()
      if (constraint.ended) throw new Error('Expected an answer that goes on.')
    }
  }
  const times = Array.from({ length: 50 }, () => {
    const began = threadMs()
    walk()
    return (threadMs() - began) / tokens.length
  })
  constraint.free()
  engine.free()
  return { compile, again, first, perToken: times.slice(10).reduce((sum, time) => sum + time, 0) / (times.length - 10) }
}

const onNano = async (rounds: number) => {
  const { network, tokenizer } = await openNano()
  const grammars = await grammarEngine({ vocabulary: tokenizer, wasm: grammarWasm })
  const engine = inferenceEngine(network)
  const prompt = (question: string): readonly number[] =>
    tokenizer.encode(
      `<|im_start|>system\n# Tools\n\nCall one with its name and arguments, as JSON between the tags <tool_call></tool_call>:\n<tools>${few.map(one => `\n${JSON.stringify({ type: 'function', function: one })}`).join('')}\n</tools><|im_end|>\n<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`,
    )
  const answer = async (question: string, isHeld: boolean, options: { maxTokens: number; ends: boolean }) => {
    const tokens: number[] = []
    await engine.generate({
      ...{ prompt: prompt(question), shared: 0, maxTokens: options.maxTokens, priority: 0 },
      sampling: {
        ...{ temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, frequencyPenalty: 0 },
        ...{ presencePenalty: 0, random: seededRandom(0) },
      },
      endTokens: options.ends ? tokenizer.endTokens : new Set(),
      ...(isHeld && { constraint: () => held(grammars, tokenizer, few) }),
      onToken({ token }) {
        tokens.push(token)
        return false
      },
      signal: new AbortController().signal,
    })
    return tokens
  }
  /** Both in turn, the least CPU time of each; their tokens are the same. */
  const compared = async (question: string, options: { maxTokens: number; ends: boolean }) => {
    const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    const texts = ['', '']
    for (let round = 0; round < rounds * 2; round += 1) {
      const which = round % 2
      const took = await cpuOf(async () => {
        texts[which] = (await answer(question, which === 1, options)).join(' ')
      })
      least[which] = Math.min(least[which] ?? 0, took)
    }
    if (texts[0] !== texts[1]) throw new Error('Expected the same tokens with and without a constraint.')
    return { least: [least[0] ?? 0, least[1] ?? 0] as const, tokens: texts[0]?.split(' ').length ?? 1 }
  }
  const text = await compared('Who are you?', { maxTokens: 200, ends: false })
  const call = await compared('Who keeps a parrot in Paris?', { maxTokens: 100, ends: true })
  await engine.close()
  grammars.free()
  return {
    free: text.least[0] / text.tokens,
    held: text.least[1] / text.tokens,
    freeCall: call.least[0],
    heldCall: call.least[1],
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const part = await heldToolsPart({ rounds: Number(process.argv[2] ?? 7) })
  console.log([part.how, ...part.rows.map(row => row.join(': '))].join('\n'))
  for (const { what, bar, found } of part.lines) console.log(`${what}: ${found} (${bar})`)
}
