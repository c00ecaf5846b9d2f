import { KkachiError } from '../errors/kkachi-error.ts'
import type { ModelError } from '../errors/model-error.ts'

/** Whether an error is a ModelError, of this copy of the package or of another. */
export const isModelError = (error: unknown): error is ModelError =>
  KkachiError.is(error) && error.code.startsWith('model/')
