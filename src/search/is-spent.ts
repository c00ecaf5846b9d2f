import { KkachiError } from '../errors/kkachi-error.ts'

/** Whether an error says that the budget is spent. */
export const isSpent = (error: unknown): boolean => KkachiError.is(error) && error.code.startsWith('budget/')
