import type { SandboxError } from '../errors/sandbox-error.ts'
import type { InterpreterOutcome } from '../ports/code-interpreter.ts'
import { codeWording as wording } from './wording.ts'

/** What the model that wrote the code is told about its failure. Its own code, and what it threw, is no secret to it. */
export const codeFailure = ({ code, thrown, output, message }: SandboxError, isLost: boolean): string => {
  const line = thrown?.line === undefined ? '' : wording.line(thrown.line)
  const problem = (): string => {
    switch (code) {
      case 'sandbox/source':
        return wording.unreadable(`${thrown?.message ?? message}${line}`)
      case 'sandbox/thrown':
        return `${thrown?.name ?? 'Error'}: ${thrown?.message ?? message}${line}`
      case 'sandbox/unsettled':
        return wording.unsettled
      case 'sandbox/time':
        return wording.time
      case 'sandbox/memory':
        return wording.memory
      case 'sandbox/stack':
        return wording.stack
      case 'sandbox/output':
        return wording.output
      case 'sandbox/input':
        return wording.input
      default:
        return message
    }
  }
  return [
    problem(),
    ...(isLost ? [wording.lost] : []),
    ...(output === undefined || output === '' ? [] : [wording.printed(output)]),
  ].join('\n')
}

/** What the code printed and came to, as the model reads it; undefined where that is nothing. */
export const codeOutput = ({ output, value, submitted }: InterpreterOutcome): string | undefined => {
  const parts = [
    ...(output === '' ? [] : [output]),
    ...(submitted !== undefined
      ? [JSON.stringify(submitted)]
      : value === undefined
        ? []
        : [output === '' ? JSON.stringify(value) : wording.value(JSON.stringify(value))]),
  ]
  return parts.length === 0 ? undefined : parts.join('\n')
}
