/**
 * The label of a field made from its name, without the colon: words are cut at underscores, at a capital that starts a
 * word, and between letters and digits; each is capitalized unless it is all capitals.
 *
 * Names become what DSPy 3.4.1's `infer_prefix` makes of them, its doubled spaces included, so that saved files agree.
 *
 * @example
 * inferPrefix('someHTML_text2') // 'Some HTML Text 2'
 */
export const inferPrefix = (name: string): string =>
  name.replaceAll(wordStart, '_').split('_').map(capitalized).join(' ')

/** An empty match before each word that is not already behind an underscore, except a capitalized one, which is cut again. */
const wordStart = /(?<=.)(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])/gu

const capitalized = (word: string): string => {
  const upper = word.toUpperCase()
  if (word === upper && upper !== word.toLowerCase()) return word
  const [first = '', ...rest] = word
  return first.toUpperCase() + rest.join('').toLowerCase()
}
