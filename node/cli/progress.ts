import type { Terminal } from './terminal.ts'

/** Shows how far a command is: a bar that draws over itself on a terminal, plain lines in a pipe. */
export interface Progress {
  /** Steps done of the present stretch, and what it is about: the first words stay where there is little room. */
  show(done: number, total: number, about: string, ...more: readonly string[]): void
  /** A line that stays. */
  note(line: string): void
  /** Takes the bar away. */
  clear(): void
}

const barWidth = 24
const redrawEveryMs = 80
/** To the beginning of the line; the second, after the text, takes away what is right of it: no line is ever empty. */
const [home, rest] = ['\r', '\u001b[K']

export const progressOn = (terminal: Terminal, now: () => number = Date.now): Progress => {
  let drawnAt = Number.NEGATIVE_INFINITY
  let drawn = ''
  return {
    show(done, total, ...about) {
      if (!terminal.isInteractive || (now() - drawnAt < redrawEveryMs && done < total)) return
      drawnAt = now()
      drawn = `${home}${barLine(done, total, about, terminal)}${rest}`
      terminal.err(drawn)
    },
    note(line) {
      terminal.err(drawn === '' ? `${line}\n` : `${home}${line}${rest}\n${drawn}`)
    },
    clear() {
      if (drawn !== '') terminal.err(`${home}${rest}`)
      drawn = ''
    },
  }
}

/** The bar and as many of the texts as there is room for: a line that wraps could not be drawn over. */
const barLine = (
  done: number,
  total: number,
  about: readonly string[],
  { columns, unicode }: Pick<Terminal, 'columns' | 'unicode'>,
): string => {
  const width = Math.max(1, columns - 1)
  const size = Math.min(barWidth, Math.floor(width / 4))
  const filled = total === 0 ? 0 : Math.round((done / total) * size)
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.']
  let line = `${full.repeat(filled)}${empty.repeat(size - filled)} ${done}/${total}`
  for (const text of about.map(oneLine)) {
    if (text !== '' && line.length + 2 + text.length <= width) line += `  ${text}`
  }
  return line.slice(0, width)
}

/** Text as one line without anything a terminal would obey. */
export const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')

/** A score as people read it. */
export const percent = (score: number): string => `${(100 * score).toFixed(1)} %`.padStart(7)
