import { ConfigurationError } from '../errors/configuration-error.ts'
import { type CandidateSelection, candidateSelections } from '../search/candidate-selection.ts'
import type { CodeProposer } from '../search/code-proposer.ts'
import type { ComponentSelector } from '../search/component-selector.ts'
import type { InstructionProposer } from '../search/reflective-proposer.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { checkGepaBudget, type GepaBudget } from './gepa-budget.ts'

export interface GepaOptions extends GepaBudget {
  /** Training rows on which a proposal is made, and tried before it is scored. */
  readonly reflectionMinibatchSize?: number // dspy 3.4.1: reflection_minibatch_size=3
  readonly candidateSelection?: CandidateSelection // dspy 3.4.1: candidate_selection_strategy='pareto'
  /** Whether a batch without a failure is passed over. */
  readonly skipPerfectScore?: boolean // dspy 3.4.1: skip_perfect_score=True
  /** Which texts an iteration rewrites: one after the other, all at once, or what a function of your own says. */
  readonly componentSelector?: 'round-robin' | 'all' | ComponentSelector // dspy 3.4.1: component_selector='round_robin'
  /** Whether candidates that improved different texts are put together. */
  readonly useMerge?: boolean // dspy 3.4.1: use_merge=True
  /** Such candidates that may be taken in. */
  readonly maxMergeInvocations?: number // dspy 3.4.1: max_merge_invocations=5
  /** The score of a row whose program or metric failed. */
  readonly failureScore?: number // dspy 3.4.1: failure_score=0.0
  /** The score from which there is nothing to improve. */
  readonly perfectScore?: number // dspy 3.4.1: perfect_score=1.0
  /** Tells by `best-output` events the best predictions so far for each scoring row. */
  readonly trackBestOutputs?: boolean // dspy 3.4.1: track_best_outputs=False
  /** Who writes instructions, in the place of our proposer. */
  readonly instructionProposer?: InstructionProposer // dspy 3.4.1: instruction_proposer=None
  /** Who writes the code of a `flex`, in the place of our proposer. */
  readonly codeProposer?: CodeProposer // dspy 3.4.1: code_proposer=None
  /** Wishes that every proposal has to meet: "Write in German." */
  readonly wishes?: string // dspy 3.4.1: InstructionProposer(additional_instructions=None)
  readonly seed?: number // dspy 3.4.1: 0
}

/**
 * Refuses settings that make no sense.
 *
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 */
export const checkGepaOptions = (options: GepaOptions): void => {
  const { reflectionMinibatchSize = 3, maxMergeInvocations = 5, candidateSelection, componentSelector, seed } = options
  checkGepaBudget(options)
  whole('reflectionMinibatchSize', reflectionMinibatchSize, 1)
  whole('maxMergeInvocations', maxMergeInvocations, 0)
  if (seed !== undefined) wholeSeed(seed)
  oneOf('candidateSelection', candidateSelection, candidateSelections)
  if (typeof componentSelector === 'string') oneOf('componentSelector', componentSelector, ['round-robin', 'all'])
}

const oneOf = (option: string, value: string | undefined, allowed: readonly string[]): void => {
  if (value === undefined || allowed.includes(value)) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} to be one of ${allowed.join(', ')}, got ${value}. Write ${option}: '${allowed[0]}'.`,
    { option },
  )
}
