import { codeWording } from './wording.ts'

/** Names of JavaScript behind a fence; none at all counts too. */
const javascript: ReadonlySet<string> = new Set([
  '',
  'js',
  'javascript',
  'mjs',
  'ecmascript',
  'ts',
  'typescript',
  'jsx',
])

export type CodeIn =
  | { readonly code: string; readonly problem?: undefined }
  | { readonly code?: undefined; readonly problem: string }

/**
 * The code in what a model wrote: what its first fence holds, or all of it where there is none. In one pass.
 *
 * A fence of another language is a problem, as is an empty answer: `problem` is what the model is told about it.
 */
export const codeIn = (text: string): CodeIn => {
  const lines = text.split('\n')
  let first = lines.findIndex(isFence)
  // Some put one fence around another.
  while (
    first >= 0 &&
    languageOf(lines[first]) === '' &&
    isFence(lines[first + 1]) &&
    languageOf(lines[first + 1]) !== ''
  ) {
    first += 1
  }
  if (first < 0) return text.trim() === '' ? { problem: codeWording.empty } : { code: text.trim() }
  const language = languageOf(lines[first])
  if (!javascript.has(language)) return { problem: codeWording.language(language.slice(0, 20)) }
  const end = lines.findIndex((line, index) => index > first && isFence(line))
  const code = lines.slice(first + 1, end < 0 ? undefined : end).join('\n')
  return code.trim() === '' ? { problem: codeWording.empty } : { code }
}

const isFence = (line: string | undefined): boolean => line?.trimStart().startsWith('```') === true

const languageOf = (line: string | undefined): string =>
  (line ?? '').trim().slice(3).trim().split(' ')[0]?.toLowerCase() ?? ''
