/** Turns the pieces of an event stream into whole lines. */
export interface EventLines {
  /** The lines that a piece completes, each with a line feed; comments and fields that no answer has are left out. */
  push(piece: string): string
  /** What is left when the stream ends, as if its last line were complete. */
  end(): string
  /** Lines of the event that has begun and not ended. */
  readonly unended: number
}

/**
 * Reads the lines of an event stream: they end with LF, CRLF or CR, and only those of `data` and `event` and the blank
 * ones matter. Everything in time linear in what was pushed, whatever it is and however it was cut.
 */
export const eventLines = (): EventLines => {
  let begun: string[] = []
  let afterReturn = false
  let unended = 0

  /** Of a text of whole lines, those that matter. */
  const kept = (text: string): string => {
    const lines = text.split('\n').slice(0, -1).filter(matters)
    const blank = lines.lastIndexOf('')
    unended = blank < 0 ? unended + lines.length : lines.length - 1 - blank
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`
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
      return kept(lines)
    },
    end() {
      const line = begun.join('')
      begun = []
      return line === '' ? '' : kept(`${line}\n`)
    },
    get unended() {
      return unended
    },
  }
}

const matters = (line: string): boolean => line === '' || line.startsWith('data') || line.startsWith('event')
