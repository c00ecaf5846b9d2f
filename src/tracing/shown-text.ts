/** A text in one line of a terminal: what could move its cursor or turn its text around is shown as a dot. */
export const oneLine = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '·')

/** The columns a text takes in a terminal: letters of East Asian scripts and emoji take two. */
export const columns = (text: string): number => {
  let width = 0
  for (const letter of text) width += widthOf(letter)
  return width
}

/** A text cut to so many columns, with an ellipsis where it was cut. */
export const fitted = (text: string, width: number): string => {
  if (columns(text) <= width) return text
  let result = ''
  let used = 1
  for (const letter of text) {
    used += widthOf(letter)
    if (used > width) break
    result += letter
  }
  return width < 1 ? '' : `${result}…`
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u

const widthOf = (letter: string): number => (/\p{M}/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1)

/** `question: Why? · context: ["…"]`, for fields are what goes in and out; other values as JSON. */
export const fieldsLine = (value: unknown): string => {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
  return oneLine(
    fields.length === 0 ? text(value) : fields.map(([name, field]) => `${name}: ${text(field)}`).join(' · '),
  )
}

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
