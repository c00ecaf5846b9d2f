import { KkachiError } from '../errors/kkachi-error.ts'
import type { ProgramState } from '../ports/module.ts'

/**
 * Whether an error is the fault of code that a search put into a program: code that does not compile, asks with a
 * signature that is none, or asks too often. In a program of the caller's own such an error ends the run; here it is a
 * bad candidate, and a score of 0. A spent budget of the run looks like the last: it cuts the step, whoever met it.
 */
export const isBrokenCode = (student: ProgramState, tried: ProgramState, error: unknown): boolean =>
  KkachiError.is(error) &&
  (error.code === 'sandbox/source' || error.code === 'budget/calls' || error.code.startsWith('signature/')) &&
  Object.keys(tried).some(path => tried[path]?.module_src !== student[path]?.module_src)
