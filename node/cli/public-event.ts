import type { OptimizerEvent } from '../../src/index.ts'

/** What `--json` tells of an event: numbers and names, not programs; undefined for what is too frequent to be told. */
export const publicEvent = (event: OptimizerEvent): object | undefined => {
  switch (event.type) {
    case 'candidate-proposed': {
      const { index, label, parents = [], change } = event.candidate
      return { type: event.type, index, label, parents, ...(change && { change }) }
    }
    case 'candidate-evaluated': {
      const { index, label, score, low, high, failures, calls } = event.candidate
      return { type: event.type, index, label, score, low, high, failures, calls, best: event.best.score }
    }
    case 'text-proposed':
      return { type: event.type, about: event.about, characters: event.text.length }
    case 'demo-tried':
    case 'best-output':
    case 'example-evaluated':
      return undefined
    default:
      return event
  }
}
