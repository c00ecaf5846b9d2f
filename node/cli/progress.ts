import type { OptimizerEvent } from '../../src/index.ts'
import type { Terminal } from './terminal.ts'

/** Shows how far a command is: a bar that draws over itself on a terminal, plain lines in a pipe. */
export interface Progress {
  /** Steps done of the present stretch, and what it is about. */
  show(done: number, total: number, about: string): void
  /** A line that stays. */
  note(line: string): void
  /** Takes the bar away. */
  clear(): void
}

const barWidth = 24
const redrawEveryMs = 80

export const progressOn = (terminal: Terminal, now: () => number = Date.now): Progress => {
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDrawn = false
  const clear = (): void => {
    if (isDrawn) terminal.err('\r\u001b[2K')
    isDrawn = false
  }
  return {
    show(done, total, about) {
      if (!terminal.isInteractive || (now() - drawnAt < redrawEveryMs && done < total)) return
      drawnAt = now()
      const filled = total === 0 ? 0 : Math.round((done / total) * barWidth)
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
      terminal.err(`\r\u001b[2K${bar} ${done}/${total}  ${about}`)
      isDrawn = true
    },
    note(line) {
      clear()
      terminal.err(`${line}\n`)
    },
    clear,
  }
}

/** Follows an optimizer: a bar for the candidate at work, a line for each that is scored. */
export const followOptimizer = (progress: Progress): ((event: OptimizerEvent) => void) => {
  let candidates = 0
  let best: number | undefined
  let rows = 0
  let about = 'starting'
  const bestSoFar = (): string => (best === undefined ? '' : `  best ${percent(best)}`)
  return event => {
    if (event.type === 'run-started') {
      rows = event.train
      progress.note(
        `${event.optimizer}: ${event.train} training rows, ${event.dev} development rows, seed ${event.seed}`,
      )
    } else if (event.type === 'demo-tried') {
      progress.show(Math.min(event.row + 1, rows), rows, `looking for demos${bestSoFar()}`)
    } else if (event.type === 'candidate-proposed') {
      about = event.candidate.label
    } else if (event.type === 'example-evaluated') {
      progress.show(event.finished, event.total, `${about}${bestSoFar()}`)
    } else if (event.type === 'candidate-evaluated') {
      candidates += 1
      best = event.best.score
      const mark = event.best.index === event.candidate.index ? '  best so far' : ''
      progress.note(
        `  ${String(candidates).padStart(2)}  ${event.candidate.label.padEnd(26)} ${percent(event.candidate.score)}  after ${event.candidate.calls} calls${mark}`,
      )
    } else if (event.type === 'candidate-discarded') {
      progress.note(`      ${event.label}: the budget ended within it`)
    }
  }
}

/** A score as people read it. */
export const percent = (score: number): string => `${(100 * score).toFixed(1)} %`.padStart(7)
