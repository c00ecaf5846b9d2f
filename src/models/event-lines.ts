/** Turns the pieces of an event stream into whole lines. */
export interface EventLines {
  /** The lines that a piece completes, each with a line feed; comments and fields that no answer has are left out. */
  push(piece: string): string
  /** What is left when the stream ends, as if its last line were complete. */
  end(): string
}

/**
 * Reads the lines of an event stream: they end with LF, CRLF or CR, and only those of `data` and `event` and the blank
 * ones matter. Everything in time linear in what was pushed, whatever it is and however it was cut.
 */
export const eventLines = (): EventLines => {
  let begun: string[] = []
  let afterReturn = false

  const whole = (text: string): string => {
    const lines = text.split('\n')
    // The last is what follows the last line end: nothing.
    return lines.every((line, index) => index === lines.length - 1 || matters(line))
      ? text
      : lines.filter((line, index) => index === lines.length - 1 || matters(line)).join('\n')
  }

  return {
    push(piece) {
      // A CR at the end of one piece and the LF at the start of the next are one line end.
      const rest = afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece
      if (piece !== '') afterReturn = piece.endsWith('\r')
      const text = rest.includes('\r') ? rest.replaceAll(/\r\n?/g, '\n') : rest
      const end = text.lastIndexOf('\n') + 1
      if (end === 0) {
        if (text !== '') begun.push(text)
        return ''
      }
      const lines = begun.join('') + text.slice(0, end)
      begun = end < text.length ? [text.slice(end)] : []
      return whole(lines)
    },
    end() {
      const line = begun.join('')
      begun = []
      return line === '' ? '' : whole(`${line}\n`)
    },
  }
}

const matters = (line: string): boolean => line === '' || line.startsWith('data') || line.startsWith('event')
