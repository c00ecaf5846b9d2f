import type { ModelRequest } from '../ports/language-model.ts'

/** The request with what is left of its deadline after `spentMs`. */
export const withLessTime = (request: ModelRequest, spentMs: number): ModelRequest =>
  request.deadlineMs === undefined || spentMs <= 0
    ? request
    : { ...request, deadlineMs: Math.max(0, request.deadlineMs - spentMs) }
