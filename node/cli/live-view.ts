import type { OptimizerEvent } from '../../src/index.ts'
import type { BestPoint } from '../../src/optimizers/index.ts'
import { inFlags } from './in-flags.ts'
import { oneLine, type Progress, percent } from './progress.ts'
import { sparkline } from './sparkline.ts'
import { type Paint, paintOn, type Terminal } from './terminal.ts'

/** Vain questions to the prompt model that are told one by one. */
const failuresTold = 3

/**
 * Follows an optimizer: a line for each candidate that is scored or out, and under them a bar with what is at work, the best
 * score, how it grew over the calls, and what `left` says is left.
 */
export const liveView = (
  progress: Progress,
  terminal: Terminal,
  left: () => string | undefined = () => undefined,
): ((event: OptimizerEvent) => void) => {
  const paint = paintOn(terminal)
  const labels = new Map<number, string>()
  const scored: BestPoint[] = []
  const told = new Map<number, boolean>()
  let best: number | undefined
  let rows = 0
  let round = ''
  let about = 'starting'
  let failures = 0

  const show = (done: number, total: number, what: string): void =>
    progress.show(
      ...([done, total] as const),
      ...[round === '' ? what : `${round}: ${what}`, best === undefined ? '' : `best ${percent(best).trim()}`],
      ...[left() ?? '', sparkline(scored, { width: 12, unicode: terminal.unicode })],
    )
  const line = (index: number, label: string, said: string): string => {
    const room = Math.min(36, Math.max(16, terminal.columns - 46))
    return `  ${String(index).padStart(3)}  ${shortened(oneLine(label), room).padEnd(room)} ${said}`
  }

  return event => {
    switch (event.type) {
      case 'run-started':
        rows = event.train
        progress.note(startLine(event))
        return
      case 'round-started':
        round = `${oneLine(event.name)} ${event.round + 1}${event.of === undefined ? '' : ` of ${event.of}`}`
        show(0, 1, 'begins')
        return
      case 'demo-tried':
        show(Math.min(event.row + 1, rows), rows, 'looking for demos')
        return
      case 'text-proposed':
        about = `written: ${event.about}`
        show(1, 1, about)
        return
      case 'proposal-failed':
        failures += 1
        if (failures <= failuresTold) progress.note(failedLine(event, paint, failures === failuresTold))
        return
      case 'candidate-proposed': {
        const { index, label, parents = [] } = event.candidate
        labels.set(index, parents.length === 0 ? label : `${label}, from ${parents.join(' and ')}`)
        about = label
        return
      }
      case 'example-evaluated':
        show(event.finished, event.total, about)
        return
      case 'candidate-evaluated': {
        const { index, label, score, calls } = event.candidate
        const isBest = event.best.index === index
        best = event.best.score
        scored.push({ calls, score })
        const isTold = told.get(index) === isBest // scored again, on more rows, and nothing to tell but the number
        told.set(index, isBest)
        if (isTold) return
        const mark = isBest ? `  ${paint('good', 'best so far')}` : ''
        progress.note(line(index, labels.get(index) ?? label, `${percent(score)}  after ${calls} calls${mark}`))
        return
      }
      case 'candidate-dropped':
        progress.note(
          paint('soft', line(event.candidate, labels.get(event.candidate) ?? '', `   out  ${oneLine(event.reason)}`)),
        )
        return
      case 'candidate-discarded':
        progress.note(paint('soft', `       ${oneLine(event.label)}: the budget ended within it`))
        return
      case 'warning':
        progress.note(paint('warn', `! ${oneLine(event.message)}`))
        return
    }
  }
}

const startLine = ({ optimizer, train, dev, seed }: Extract<OptimizerEvent, { type: 'run-started' }>): string =>
  `${optimizer}: ${train} training rows, ${dev} development rows, seed ${seed}`

const failedLine = (
  { about, error }: Extract<OptimizerEvent, { type: 'proposal-failed' }>,
  paint: Paint,
  isLast: boolean,
): string =>
  paint(
    'soft',
    `       no ${oneLine(about)}: ${shortened(inFlags(oneLine(error)), 160)}${isLast ? ' (further ones are not told)' : ''}`,
  )

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`
