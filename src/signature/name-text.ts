/*
 * What a field name is made of. Characters of English go by their codes: the pattern for all others costs milliseconds
 * to build, which a program without such names never pays.
 */

/** Where the name that starts at `offset` ends; `offset` itself when none does. */
export const endOfName = (source: string, offset: number): number => {
  let end = offset
  while (end < source.length) {
    const code = source.codePointAt(end) ?? 0
    if (!(isLetter(code) || (end > offset && isDigitOrMark(code)))) break
    end += code > 0xffff ? 2 : 1
  }
  return end
}

/** Whether a text is one name and nothing else. */
export const isName = (text: string): boolean => text !== '' && endOfName(text, 0) === text.length

const isLetter = (code: number): boolean => {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36
  return /\p{L}/u.test(String.fromCodePoint(code))
}

const isDigitOrMark = (code: number): boolean =>
  code < 128 ? code >= 48 && code <= 57 : /[\p{N}\p{M}]/u.test(String.fromCodePoint(code))
