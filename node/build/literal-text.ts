/**
 * A JSON value as source text of JavaScript and TypeScript that means exactly that value, wherever it stands: also inside
 * of `<script>`, and whatever its texts and keys are.
 */
export const literalText = (value: unknown, indent = ''): string => {
  if (typeof value === 'string') return textLiteral(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const inner = `${indent}  `
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const items = Array.isArray(value)
    ? value.map(item => literalText(item, inner))
    : Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : [`${keyLiteral(key)}: ${literalText(item, inner)}`],
      )
  return items.length === 0
    ? open + close
    : `${open}\n${items.map(item => `${inner}${item},\n`).join('')}${indent}${close}`
}

/** A text as a literal. What would end a script, a line or a comment is escaped. */
export const textLiteral = (text: string): string =>
  JSON.stringify(text).replaceAll(/[<\u007f-\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g, escaped)

/** Computed where a plain key would set the prototype. */
const keyLiteral = (key: string): string =>
  key === '__proto__' ? '["__proto__"]' : /^[a-zA-Z_$][\w$]*$/.test(key) ? key : textLiteral(key)

/** What cannot be seen, or turns the direction of what is read, is written as its number. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A text on one line of a comment. */
export const commentText = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('//', '/ /')
