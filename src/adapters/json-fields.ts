import type { FieldDelta, StreamParser } from '../ports/adapter.ts'

/**
 * Finds the fields of a JSON answer while it arrives: text without its quotes and escapes, other values as they are
 * written. Looks at the first object; what comes before it is skipped.
 */
export const jsonFields = (wanted: ReadonlySet<string>): StreamParser => {
  let state: 'before' | 'key' | 'colon' | 'value' | 'text' | 'raw' | 'after' = 'before'
  let key: string | undefined
  let depth = 0
  let inString = false
  let escaped = ''
  let raw = ''

  const step = (character: string, emit: (delta: string) => void): void => {
    switch (state) {
      case 'before':
        if (character === '{') state = 'key'
        return
      case 'key':
        if (key !== undefined) {
          const text = unescaped(character)
          if (text === undefined) state = 'colon'
          else key += text
        } else if (character === '"') key = ''
        else if (character === '}') state = 'after'
        return
      case 'colon':
        if (character === ':') state = 'value'
        return
      case 'value':
        if (isBlank(character)) return
        if (character === '"') state = 'text'
        else {
          state = 'raw'
          depth = 0
          raw = ''
          step(character, emit)
        }
        return
      case 'text': {
        const text = unescaped(character)
        if (text === undefined) next()
        else if (text !== '') emit(text)
        return
      }
      case 'raw':
        if (!inString && depth === 0 && (character === ',' || character === '}')) {
          emit(raw.trimEnd())
          next()
          if (character === '}') state = 'after'
          return
        }
        if (inString) {
          if (escaped !== '') escaped = ''
          else if (character === '\\') escaped = character
          else if (character === '"') inString = false
        } else if (character === '"') inString = true
        else if (character === '{' || character === '[') depth += 1
        else if (character === '}' || character === ']') depth -= 1
        raw += character
        return
      case 'after':
        return
    }
  }

  const next = (): void => {
    state = 'key'
    key = undefined
  }

  /** One character of a JSON string: its text, nothing inside an escaped, undefined at the closing quote. */
  const unescaped = (character: string): string | undefined => {
    if (escaped === '') {
      if (character === '"') return undefined
      if (character !== '\\') return character
      escaped = character
      return ''
    }
    escaped += character
    const name = escaped.charAt(1)
    if (name !== 'u') {
      escaped = ''
      return simpleEscapes.get(name) ?? name
    }
    if (escaped.length < 6) return ''
    const code = Number.parseInt(escaped.slice(2), 16)
    escaped = ''
    return Number.isNaN(code) ? '' : String.fromCharCode(code)
  }

  return {
    push(delta) {
      const found: { field: string; delta: string }[] = []
      const emit = (text: string): void => {
        if (key === undefined || !wanted.has(key) || text === '') return
        const last = found.at(-1)
        if (last?.field === key) last.delta += text
        else found.push({ field: key, delta: text })
      }
      for (const character of delta) step(character, emit)
      return found
    },
    end: (): readonly FieldDelta[] => [],
  }
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
])

const isBlank = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r'
