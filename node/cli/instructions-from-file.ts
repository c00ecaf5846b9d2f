import { parseJson } from '../../src/data/index.ts'
import { ConfigurationError } from '../../src/index.ts'
import { brokenLine } from '../data/broken-line.ts'
import type { AnyProgram } from './program-from-flags.ts'
import { textOfFile } from './text-of-file.ts'

/** Instructions to try: one text for every predictor, or a text for each path. */
export type GivenInstructions = readonly (string | Readonly<Record<string, string>>)[]

/**
 * The instructions in a file: a line each, or in a `.json` file a list of texts, or of objects that give predictors
 * theirs by path.
 *
 * @throws ConfigurationError `configuration/missing`, `configuration/invalid` with file and line or item
 */
export const instructionsFromFile = async (
  file: string,
  { predictors }: Pick<AnyProgram, 'predictors'>,
): Promise<GivenInstructions> => {
  const text = (await textOfFile(file, option)).replace(/^\uFEFF/, '')
  const found = file.toLowerCase().endsWith('.json')
    ? listed(file, text)
    : text.split(/\r?\n/).flatMap(line => (line.trim() === '' ? [] : [line.trim()]))
  if (found.length === 0) throw wrong(`${file} has no instructions. Write one a line, or a JSON list of texts.`)
  const paths = predictors.map(({ path }) => path)
  return found.map((entry, index) => checked(entry, paths, `item ${index + 1} of ${file}`))
}

const listed = (file: string, text: string): readonly unknown[] => {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (cause) {
    const line = cause instanceof SyntaxError ? brokenLine(text) : 1
    throw wrong(`${file}:${line} is not usable JSON. Mend the line.`, cause)
  }
  if (Array.isArray(value)) return value
  throw wrong(`Expected a list in ${file}. Write ["Say how the reviewer felt.", "…"].`)
}

const checked = (entry: unknown, paths: readonly string[], place: string): string | Record<string, string> => {
  if (typeof entry === 'string' && entry.trim() !== '') return entry
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw wrong(`Expected a text at ${place}. Write ["Say how the reviewer felt.", "…"].`)
  const texts = Object.entries(entry)
  const unknown = texts.find(([path]) => !paths.includes(path))
  if (unknown !== undefined)
    throw wrong(
      `${place} gives instructions to '${unknown[0]}', which is no predictor of the program. Write ${paths.join(' or ')}.`,
    )
  if (texts.length === 0 || texts.some(([, text]) => typeof text !== 'string' || text.trim() === ''))
    throw wrong(`Expected a text for each predictor at ${place}. Write {"${paths[0] ?? 'self'}": "…"}.`)
  return Object.fromEntries(texts)
}

const option = 'try-instructions'

const wrong = (message: string, cause?: unknown): ConfigurationError =>
  new ConfigurationError('configuration/invalid', message, { option, ...(cause !== undefined && { cause }) })
