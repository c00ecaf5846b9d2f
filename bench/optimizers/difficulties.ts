import type { ProposerStrengths } from './meta-answer.ts'
import type { TaskStrengths } from './task-answer.ts'
import type { Difficulty } from './world-items.ts'

/** What makes a world easy or hard. Set once, by what fixed prompts score; see calibration.ts. */
interface Setting {
  /** Kinds of each output field, and how much rarer each is than the one before. */
  readonly kinds: number
  readonly skew: number
  /** Standard deviation of the ease of items. */
  readonly spread: number
  readonly strengths: TaskStrengths
  readonly proposer: ProposerStrengths
}

const easy: Setting = {
  kinds: 6,
  skew: 0.8,
  spread: 0.9,
  strengths: {
    base: -1.2,
    rule: 3,
    general: 0.6,
    harmful: 0.8,
    contradicted: 1,
    demo: 1.5,
    wrongDemo: 0.8,
    format: 0.5,
    lapse: 0.005,
  },
  proposer: {
    fromExample: 0.3,
    fromFailure: 0.92,
    fromAny: 0.3,
    guess: 0.06,
    keep: 0.96,
    useless: 0.2,
    mistaken: 0.08,
    harmful: 0.06,
    attention: 30,
  },
}

const hard: Setting = {
  kinds: 9,
  skew: 0.9,
  spread: 1.6,
  strengths: {
    base: -2.8,
    rule: 3.3,
    general: 0.7,
    harmful: 1,
    contradicted: 1.2,
    demo: 1.8,
    wrongDemo: 1,
    format: 0.6,
    lapse: 0.01,
  },
  proposer: {
    fromExample: 0.15,
    fromFailure: 0.72,
    fromAny: 0.16,
    guess: 0.03,
    keep: 0.92,
    useless: 0.3,
    mistaken: 0.15,
    harmful: 0.12,
    attention: 30,
  },
}

/** Three output fields must all be right, so that each is easier. */
const hops = ({ strengths, ...setting }: Setting): Setting => ({
  ...setting,
  kinds: 5,
  strengths: { ...strengths, base: strengths.base + 1.4 },
})

export const difficulties: Readonly<Record<'single' | 'multi-hop', Readonly<Record<Difficulty, Setting>>>> = {
  single: { easy, hard },
  'multi-hop': { easy: hops(easy), hard: hops(hard) },
}
