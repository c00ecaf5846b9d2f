import { BudgetError, KkachiError } from '../../src/index.ts'

/** What a command ends with. */
export const exitCodes = { done: 0, failure: 1, wrongInput: 2, budget: 3, interrupted: 130 } as const

const inputFamilies = ['configuration/', 'signature/', 'data/', 'program-file/', 'prediction/input']

/** The exit code that an error stands for. */
export const exitCodeOf = (error: unknown, interrupted: boolean): number => {
  if (interrupted) return exitCodes.interrupted
  if (error instanceof BudgetError) return exitCodes.budget
  if (KkachiError.is(error) && inputFamilies.some(family => error.code.startsWith(family))) return exitCodes.wrongInput
  return exitCodes.failure
}
