import { dollars, duration, tokens } from './amounts.ts'
import { columns, fieldsLine, fitted, oneLine } from './shown-text.ts'
import type { Trace, TraceSpan } from './trace.ts'
import { type TraceRow, traceRows } from './trace-rows.ts'

export interface FormatTraceOptions {
  /** With the colors of a terminal; without when absent. */
  readonly color?: boolean
  /** Columns of a line, 40 at least; 100 when absent. */
  readonly width?: number
  /** Whether a line below programs, predictors and tools says what went in and came out; it does when absent. */
  readonly content?: boolean
}

type Style = 'bold' | 'dim' | 'red' | 'cyan' | 'green'

const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 }

/** Kinds whose content is worth a line; that of models is what predictors show, and long. */
const telling: ReadonlySet<string> = new Set(['program', 'predictor', 'tool', 'metric'])

/** The columns of the amounts at the right: time, tokens, money. */
const amountColumns = 38

/**
 * A trace as text for a terminal: a tree of what ran, with time, tokens and money at the right and errors below.
 *
 * Texts of models are made harmless for a terminal: nothing in them moves its cursor or changes its colors.
 *
 * @example
 * process.stdout.write(formatTrace(tracer.trace, { color: process.stdout.isTTY, width: process.stdout.columns }))
 */
export const formatTrace = (trace: Trace, options: FormatTraceOptions = {}): string => {
  const { color = false, content = true } = options
  const width = Math.max(40, options.width ?? 100)
  const lines: string[] = []
  const styled = (style: Style, text: string): string =>
    color && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text

  const amounts = ({ ms, usage, usd }: TraceSpan): string => {
    const parts = [
      { text: ms === undefined ? 'running' : duration(ms), width: 11, style: 'cyan' },
      { text: usage ? tokens(usage) : '', width: 16, style: 'dim' },
      { text: usd === undefined ? '' : dollars(usd), width: 11, style: 'green' },
    ] as const
    return parts
      .map(part => ' '.repeat(Math.max(1, part.width - columns(part.text))) + styled(part.style, part.text))
      .join('')
  }

  const draw = ({ span, name, children }: TraceRow, lead: string, branch: string): void => {
    const rest = lead + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ')
    const mark = span.error ? styled('red', '✗ ') : ''
    const room = width - amountColumns - columns(lead + branch) - (span.error ? 2 : 0) - span.kind.length - 1
    const label = fitted(oneLine(name), Math.max(8, room))
    const gap = ' '.repeat(Math.max(1, room - columns(label)))
    const title = span.kind === 'attempt' || span.kind === 'adapter' ? label : styled('bold', label)
    lines.push(`${styled('dim', lead + branch)}${mark}${styled('dim', span.kind)} ${title}${gap}${amounts(span)}`)

    const inner = `${rest}${children.length > 0 || span.omitted > 0 ? '│  ' : '   '}`
    const note = (text: string, style: Style): void => {
      lines.push(`${styled('dim', inner)}${styled(style, fitted(text, width - columns(inner)))}`)
    }
    if (content && telling.has(span.kind)) {
      if (span.input !== undefined) note(`in  ${fieldsLine(span.input)}`, 'dim')
      if (span.output !== undefined) note(`out ${fieldsLine(span.output)}`, 'dim')
    }
    // What the span inside has said already is not said again.
    if (span.error && !children.some(child => child.span.error?.message === span.error?.message)) {
      const { code, message } = span.error
      note(oneLine(`${code ?? span.error.name}: ${message}`), 'red')
    }
    for (const [index, child] of children.entries()) {
      const isLast = index === children.length - 1 && span.omitted === 0
      draw(child, rest, isLast ? '└─ ' : '├─ ')
    }
    if (span.omitted > 0) lines.push(styled('dim', `${rest}└─ and ${span.omitted} more`))
  }

  for (const row of traceRows(trace.spans)) draw(row, '', '')
  if (trace.omitted > 0) lines.push(styled('dim', `and ${trace.omitted} more`))
  return lines.length === 0 ? 'Nothing ran.\n' : `${lines.map(line => line.trimEnd()).join('\n')}\n`
}
