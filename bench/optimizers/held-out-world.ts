import { evidenceIn } from './evidence.ts'
import { normal, uniform } from './hashing.ts'
import { type HeldOutTask, type Memo, memoOf, partsOf, priorsOf, type Signal, signalsOf } from './held-out-items.ts'
import { heldOutAdvice, heldOutProposal } from './held-out-proposals.ts'
import { fieldOf, type PromptRead, readPrompt, writeAnswer } from './prompt-reading.ts'
import { ruleReader, type SaidRules } from './said-rules.ts'
import { textOf } from './wire-message.ts'
import { inProcess, type Judged, type Row, signatureText, type WireRequest, type World } from './world.ts'
import type { Difficulty } from './world-items.ts'

export interface HeldOutOptions {
  readonly task: HeldOutTask
  readonly difficulty: Difficulty
  readonly seed: number
  /** Items of each set, 60 when absent. */
  readonly train?: number
  readonly dev?: number
  readonly test?: number
}

/** How much each thing weighs when values compete. */
const weights = {
  easy: { sense: 0.75, naive: 0.5, hint: 4.4, similar: 6.5, prior: 0.7, leaning: 0.5, noise: 0.8, own: 0.5, room: 90 },
  hard: { sense: 0.2, naive: 1.5, hint: 4.2, similar: 4.5, prior: 1.2, leaning: 0.8, noise: 1.1, own: 0.9, room: 130 },
} as const

const codes = /\bcase-[0-9a-f]{4}\b/g

/**
 * A world of another make than simulatedWorld, to see whether what was learned there holds: values compete by added
 * evidence. Hints in the instruction speak for a value each, the weaker the longer the instruction is; hints on stray
 * words mislead; demos speak for their value as far as their words overlap with the item's, and tilt the model to the
 * values shown most; the model leans to some values from the start. `file` is graded from 0 to 1, with noise.
 */
export const heldOutWorld = ({ task, difficulty, seed, ...sizes }: HeldOutOptions): World => {
  const signals = signalsOf(task, difficulty, seed)
  const parts = partsOf(task)
  const priors = priorsOf(task, seed)
  const biased = priors.map(prior => [...prior].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '')
  const items = new Map<string, Memo>()
  const output = task === 'route' ? 'tree' : 'filing'
  const rows = (count = 60): readonly Row[] =>
    Array.from({ length: count }, () => {
      const memo = memoOf(task, signals, seed, items.size, biased)
      items.set(memo.code, memo)
      return { memo: memo.text, [output]: memo.gold.join(' / ') }
    })
  const [train, dev, test] = [rows(sizes.train), rows(sizes.dev), rows(sizes.test)]
  const memoIn = (text: string): Memo | undefined => {
    for (const [code] of text.matchAll(codes)) {
      const memo = items.get(code)
      if (memo) return memo
    }
    return undefined
  }
  const saidIn = ruleReader(signals, heldOutAdvice, sentence => memoIn(sentence) !== undefined)
  const weight = weights[difficulty]

  /** The value that wins for one part. */
  const winner = (prompt: PromptRead, memo: Memo, said: SaidRules, hop: number, key: readonly (string | number)[]) => {
    const evidence = new Map((parts[hop] ?? []).map(value => [value, weight.prior * (priors[hop]?.get(value) ?? 0)]))
    const add = (value: string | undefined, amount: number) => {
      const before = evidence.get(value ?? '')
      if (value !== undefined && before !== undefined) evidence.set(value, before + amount)
    }
    if (said.advice.has(0)) for (const [value, amount] of evidence) evidence.set(value, amount / 3)
    const clarity = weight.room / (weight.room + Math.max(0, said.words - 2 * weight.room))
    for (const signal of memo.signals.filter(({ hop: own }) => own === hop)) {
      const isStray = signal.stems[0] !== memo.gold[hop]
      const amount = weight.hint * clarity * (isStray ? (said.advice.has(1) ? 0.2 : 0.6) : 1)
      if (said.right.has(signal.index)) add(signal.stems[0], amount)
      else {
        add(signal.stems[0], weight.sense)
        add(signal.naive, weight.naive)
      }
      add(said.wrong.get(signal.index)?.answer, 0.7 * amount)
    }
    let shown = 0
    const closeness = new Map<string, number>()
    const counts = new Map<string, number>()
    for (const { user, assistant } of prompt.turns) {
      const demo = memoIn(user)
      const value = fieldOf(assistant, output)?.split('/')[hop]?.trim()
      if (demo === undefined || value === undefined) continue
      shown = (shown + uniform(demo.code, value) * 2 ** 31) % 2 ** 31
      counts.set(value, (counts.get(value) ?? 0) + 1)
      closeness.set(value, Math.max(closeness.get(value) ?? 0, overlap(demo, memo, hop)))
    }
    for (const [value, close] of closeness) add(value, weight.similar * close)
    const mean = prompt.turns.length / (parts[hop]?.length ?? 1)
    for (const [value, count] of counts) add(value, weight.leaning * Math.log((count + 1) / (mean + 1)))
    let best = ''
    let most = Number.NEGATIVE_INFINITY
    for (const [value, amount] of evidence) {
      const own = weight.own * normal(seed, memo.code, hop, value)
      const total = amount + own + weight.noise * normal(...key, said.digest, shown, memo.code, hop, value)
      if (total > most) {
        most = total
        best = value
      }
    }
    return best
  }

  const answer = ({ messages, temperature, draw, schema }: WireRequest): string => {
    const prompt = readPrompt(messages, schema)
    const key = [seed, (temperature ?? 0) > 0 ? (draw ?? '') : '']
    const memo = memoIn(prompt.last)
    if (memo !== undefined && prompt.asked.includes(output)) {
      const said = saidIn(prompt.system)
      const value = parts.map((_, hop) => winner(prompt, memo, said, hop, key)).join(' / ')
      return writeAnswer(
        prompt.shape,
        Object.fromEntries(prompt.asked.map(field => [field, field === output ? value : `As ${memo.code} says.`])),
      )
    }
    const text = messages.map(textOf).join('\n\n')
    const seen = { signals, difficulty, biased, said: saidIn(text), evidence: evidenceIn(text, codes, items) }
    return writeAnswer(prompt.shape, heldOutProposal(prompt, { ...seen, key: [...key, 'meta', uniform(text)] }))
  }

  const name = `${task}-${difficulty}-${seed}`
  const shape = { input: 'memo', outputs: [output], labels: [task === 'route' ? (parts[0] ?? []) : []] }
  return {
    name,
    signature: signatureText(shape),
    instructions: task === 'route' ? 'Name the tree of the memo.' : 'File the memo as tree / pace.',
    shape,
    train,
    dev,
    test,
    model: inProcess(name, answer),
    answer,
    metric: (row, prediction) => judged(seed, output, row, prediction),
  }
}

/** The share of their signals of one part that two memos have in common, other words counted for a little. */
const overlap = (demo: Memo, memo: Memo, hop: number): number => {
  const common = new Set<Signal>(demo.signals.filter(signal => signal.hop === hop && memo.signals.includes(signal)))
  const all = new Set(memo.signals.filter(signal => signal.hop === hop)).size
  const words = [...demo.words].filter(word => memo.words.has(word)).length / Math.max(1, memo.words.size)
  return 0.8 * (common.size / Math.max(1, all)) + 0.2 * words
}

const judged = (seed: number, output: string, row: Row, prediction: object): Judged => {
  const given = String((prediction as Readonly<Record<string, unknown>>)[output] ?? '')
  const gold = (row[output] ?? '').split(' / ')
  const values = given.split('/').map(value => value.trim())
  const share = gold.length === 1 ? [1] : [0.65, 0.35]
  const exact = gold.reduce((sum, value, hop) => sum + (values[hop] === value ? (share[hop] ?? 0) : 0), 0)
  const noise = gold.length === 1 ? 0 : 0.12 * (uniform(seed, 'judge', row.memo ?? '', given) - 0.5)
  const score = Math.min(1, Math.max(0, exact + (exact === 1 ? 0 : noise)))
  return {
    score,
    passed: exact === 1,
    feedback: exact === 1 ? 'Right.' : `Expected ${gold.join(' / ')} instead of ${given}.`,
  }
}
