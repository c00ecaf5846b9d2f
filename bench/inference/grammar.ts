/*
 * Grammars: the time of a mask over a large vocabulary, and answers of the embedded model under random schemas.
 *
 *   node bench/inference/grammar.ts [answers, 10000]
 */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { grammarWasm } from '../../node/inference/grammar-wasm.ts'
import { answerGrammars } from '../../src/adapters/index.ts'
import { parseJson } from '../../src/data/safe-json.ts'
import { derive } from '../../src/data/seeded-random.ts'
import { signature } from '../../src/index.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import type { Grammar, GrammarEngine, TokenConstraint, TokenVocabulary } from '../../src/inference/token-constraint.ts'
import { schemaChecker } from '../../src/tools/schema-checker.ts'
import { randomSchema } from '../../test/inference/grammar/random-schema.ts'
import { closingTokens } from '../../test/inference/grammar/random-walk.ts'
import type { Part } from './figure.ts'
import { openNano } from './open-nano.ts'
import { syntheticVocabulary } from './synthetic-vocabulary.ts'

const vocabularySize = 151_936

/** What a model is asked for: a ticket as JSON, and thoughts with a label in the chat format. */
const asked = signature({
  inputs: { text: 'string' },
  outputs: {
    reasoning: 'string',
    label: "'billing' | 'technical' | 'other'",
    score: { type: 'int', constraints: { minimum: 0, maximum: 100 } },
    tags: { type: 'list[str]', constraints: { maxLength: 4 } },
  },
})

/** Grammars measured and answers drawn, as a part of the bench. */
export const grammarPart = async ({ answers }: { readonly answers: number }): Promise<Part> => {
  const vocabulary = syntheticVocabulary(vocabularySize)
  const began = performance.now()
  const engine = await grammarEngine({ vocabulary, wasm: grammarWasm })
  const opened = performance.now() - began
  const times = [
    { name: 'json', ...maskTimes(engine, vocabulary, { kind: 'lark', text: answerGrammars.json(asked) ?? '' }) },
    { name: 'chat', ...maskTimes(engine, vocabulary, { kind: 'lark', text: answerGrammars.chat(asked) ?? '' }) },
  ]
  engine.free()
  const drawn = await drawAnswers(answers)
  const worst = Math.max(...times.map(({ prepare }) => prepare))
  return {
    title: 'Grammars',
    how: `Masks over ${vocabularySize} synthetic tokens (the tree of which took ${opened.toFixed(0)} ms), in answers of random tokens after 20 others, by the CPU time of the thread; answers of the embedded model at temperature 1.5 under as many random schemas, checked by a reader of schemas that shares nothing with the engine.`,
    head: ['grammar', 'compile, ms', 'mask, ms', 'median by the clock, ms', 'apply, ms', 'masks'],
    rows: times.map(({ name, compile, prepare, median, apply, count }) => [
      ...[name, compile.toFixed(1), prepare.toFixed(4), median.toFixed(4), apply.toFixed(4), String(count)],
    ]),
    lines: [
      {
        what: 'mean mask time after warm-up, 150,000 tokens',
        bar: '<= 0.1 ms',
        found: `${worst.toFixed(4)} ms`,
        holds: worst <= 0.1,
      },
      {
        what: 'answers under random schemas, valid',
        bar: `${answers} of ${answers}`,
        found: `${drawn.valid} of ${answers}, ${drawn.tokens} tokens in ${(drawn.ms / 1000).toFixed(0)} s`,
        holds: drawn.valid === answers,
      },
    ],
  }
}

const maskTimes = (engine: GrammarEngine, vocabulary: TokenVocabulary, grammar: Grammar) => {
  const random = derive(7, grammar.kind)
  const source = Float32Array.from({ length: vocabulary.size }, () => random.random() * 8)
  const logits = new Float32Array(vocabulary.size)
  const began = performance.now()
  engine.constraint(grammar).free()
  const compile = performance.now() - began
  const sum = { prepare: 0, apply: 0, count: 0 }
  const clock: number[] = []
  for (let answer = 0; answer < 60; answer += 1) {
    const constraint = engine.constraint(grammar)
    constraint.forced()
    for (let step = 0; step < 60 && !constraint.ended; step += 1) {
      const from = performance.now()
      const start = threadMs()
      constraint.prepare()
      const prepared = threadMs()
      const until = performance.now()
      logits.set(source)
      const copied = threadMs()
      constraint.mask(logits)
      const masked = threadMs()
      if (answer >= 20) {
        sum.prepare += prepared - start
        clock.push(until - from)
        sum.apply += masked - copied
        sum.count += 1
      }
      const chosen = anyAllowed(logits, random.integer(0, logits.length - 1))
      if (vocabulary.endTokens.has(chosen)) break
      constraint.accept(chosen)
      constraint.forced()
    }
    constraint.free()
  }
  clock.sort((one, other) => one - other)
  const median = clock[clock.length >> 1] ?? 0
  return { ...sum, compile, median, prepare: sum.prepare / sum.count, apply: sum.apply / sum.count }
}

/** What this thread has computed so far: what else the machine does is not in it. */
const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The first token that is allowed from here on, around the end. */
const anyAllowed = (logits: Float32Array, from: number): number => {
  for (let step = 0; step < logits.length; step += 1) {
    const token = (from + step) % logits.length
    if ((logits[token] ?? 0) >= 0) return token
  }
  throw new Error('Expected a way on: the mask forbids everything.')
}

const drawAnswers = async (count: number) => {
  const { network, tokenizer } = await openNano()
  const grammars = await grammarEngine({ vocabulary: tokenizer, wasm: grammarWasm, kept: 8 })
  const engine = inferenceEngine(network, { running: 32, waiting: count })
  const prompt = tokenizer.encode('<|im_start|>user\nAnswer as JSON.<|im_end|>\n<|im_start|>assistant\n')
  const closers = closingTokens(tokenizer)
  const [comma] = tokenizer.encode(',')
  const draw = async (seed: number): Promise<{ readonly isValid: boolean; readonly tokens: number }> => {
    const schema = randomSchema(derive(seed, 'schema'))
    const bytes: number[] = []
    const { reason, tokens } = await engine.generate({
      prompt,
      shared: prompt.length,
      maxTokens: network.window - prompt.length - 1,
      sampling: {
        ...{ temperature: 1.5, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, frequencyPenalty: 0 },
        ...{ presencePenalty: 0, random: derive(seed, 'answer') },
      },
      endTokens: tokenizer.endTokens,
      constraint: () => closing(grammars.constraint({ kind: 'json-schema', schema }), closers, comma),
      onToken({ token }) {
        bytes.push(...(tokenizer.bytesOf(token) ?? []))
        return false
      },
      priority: 0,
      signal: new AbortController().signal,
    })
    const text = new TextDecoder().decode(Uint8Array.from(bytes))
    const isValid = reason === 'end' && isFollowed(schema, text)
    if (!isValid) console.log(`seed ${seed}, ${reason}: ${JSON.stringify(schema)} ${text}`)
    return { isValid, tokens }
  }
  const began = performance.now()
  const drawn = await Promise.all(Array.from({ length: count }, (_, seed) => draw(seed)))
  const ms = performance.now() - began
  await engine.close()
  grammars.free()
  return {
    ms,
    valid: drawn.filter(({ isValid }) => isValid).length,
    tokens: drawn.reduce((sum, { tokens }) => sum + tokens, 0),
  }
}

/** The same answers, but that what closes becomes likelier in the end: a small model at this temperature would go on and on. */
const closing = (
  constraint: TokenConstraint,
  closers: ReadonlySet<number>,
  comma: number | undefined,
): TokenConstraint => {
  let written = 0
  return {
    prepare: () => constraint.prepare(),
    mask(logits) {
      constraint.mask(logits)
      if (written <= 40) return
      for (const token of closers) logits[token] = (logits[token] ?? 0) + written
      if (comma !== undefined) logits[comma] = (logits[comma] ?? 0) + written / 2
    },
    accept(token) {
      written += 1
      constraint.accept(token)
    },
    forced: () => constraint.forced(),
    get ended() {
      return constraint.ended
    },
    free: () => constraint.free(),
  }
}

const isFollowed = (schema: ReturnType<typeof randomSchema>, text: string): boolean => {
  try {
    const value = parseJson(text)
    return schemaChecker(schema, { unknownKeywords: 'refuse', extraKeys: 'allow' })(value) === undefined
  } catch {
    return false // told as an answer that is not valid
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const part = await grammarPart({ answers: Number(process.argv[2] ?? 10_000) })
  console.log([part.how, part.head.join(' | '), ...part.rows.map(row => row.join(' | '))].join('\n'))
  for (const { what, bar, found, holds } of part.lines)
    console.log(`${holds ? 'yes' : 'NO '}  ${what}: ${found} (${bar})`)
}
