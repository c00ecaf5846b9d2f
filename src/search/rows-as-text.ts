import { renderValue } from '../adapters/render-value.ts'
import type { Example } from '../data/example.ts'
import { shownResult } from '../modules/shown-result.ts'
import type { Observation, Part } from './observation.ts'
import { rowsWording } from './wording.ts'

/** How much of data a prompt shows. */
export interface TextBounds {
  /** Characters of one value, 1,200 when absent; of a longer one the middle is left out. */
  readonly valueLength?: number
  /** Fields of one row, 16 when absent. */
  readonly fields?: number
}

/** What observations are read with: a `SearchRun` has it all. */
export interface ObservedRun {
  readonly program: { readonly signature: { readonly inputs: readonly { readonly name: string }[] } }
  readonly train: readonly object[]
  readonly dev: readonly object[]
}

export interface ObservationBounds extends TextBounds {
  /** Shows only the steps of this predictor; all steps when absent, where the program took more than one. */
  readonly path?: string
}

/**
 * A row as a prompt model reads it, a field a line: `question: "Capital of France?"`.
 *
 * Every value stands on its line as JSON, so that no text of the data can pass for a part of the prompt.
 *
 * @param names the fields to show, in this order; those the row lacks are left out
 */
export const exampleText = (row: object, names: readonly string[], bounds: TextBounds = {}): string =>
  fieldLines(
    names.filter(name => Object.hasOwn(row, name)).map(name => [name, (row as Example)[name]] as const),
    bounds,
  )

/**
 * What a candidate did with a row, in words: the inputs, the steps of a program that took several, what came out or
 * what it failed with, what was expected (the fields of the row that are no inputs), score and feedback.
 */
export const observationText = (
  { program, train, dev }: ObservedRun,
  { part, row: place, prediction, error, score, feedback, trace }: Observation,
  { path, ...bounds }: ObservationBounds = {},
): string => {
  const row = rowOf({ train, dev }, part, place)
  const inputs = program.signature.inputs.map(({ name }) => name)
  const labels = labelsOf(row, inputs)
  const steps = path === undefined ? (trace.length > 1 ? trace : []) : trace.filter(step => step.path === path)
  const block = (head: string, lines: string): readonly string[] => (lines === '' ? [] : [`${head}\n${lines}`])
  return [
    ...block(rowsWording.inputs, exampleText(row, inputs, bounds)),
    ...steps.flatMap(step => [
      ...block(rowsWording.stepTook(step.path), fieldLines(Object.entries(step.input), bounds)),
      ...block(rowsWording.stepGave(step.path), fieldLines(Object.entries(step.output), bounds)),
    ]),
    ...(prediction === undefined ? [] : block(rowsWording.gave, fieldLines(Object.entries(prediction), bounds))),
    ...(error === undefined ? [] : [rowsWording.failed(quoted(messageOf(error), bounds))]),
    ...block(rowsWording.expected, exampleText(row, labels, bounds)),
    rowsWording.score(shownScore(score)),
    ...(feedback === undefined || feedback === '' ? [] : [rowsWording.feedback(quoted(feedback, bounds))]),
  ].join('\n')
}

/** The fields of a row that no program input takes: what is known about the right answer. */
export const labelsOf = (row: object, inputs: readonly string[]): readonly string[] =>
  Object.keys(row).filter(name => !inputs.includes(name))

/**
 * Blocks of text one below the other, numbered from 1: as many as stand within `most` characters, at least one.
 *
 * @param head what stands before the number: `Example`
 */
export const numberedBlocks = (head: string, blocks: readonly string[], most = 24_000): string => {
  const shown: string[] = []
  let length = 0
  for (const block of blocks) {
    const next = `${head} ${shown.length + 1}\n${block}`
    length += next.length + 2
    if (length > most && shown.length > 0) break
    shown.push(next)
  }
  const left = blocks.length - shown.length
  return [...shown, ...(left > 0 ? [rowsWording.leftOut(left)] : [])].join('\n\n')
}

/** Text of any origin within quotes, on one line, its middle left out where it is long. */
export const quoted = (text: string, { valueLength = 1_200 }: TextBounds = {}): string =>
  JSON.stringify(shortened(text, valueLength))

/** A text of several lines as it is, each line behind a `>`, so that none can pass for a part of the prompt. */
export const quotedLines = (text: string, { valueLength = 6_000 }: TextBounds = {}): string =>
  shortened(text, valueLength)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(line => (line === '' ? '>' : `> ${line}`))
    .join('\n')

/** A score with no more digits than mean anything. */
export const shownScore = (score: number): string => String(Math.round(score * 1_000) / 1_000)

/** A text without its middle where it is longer than `most` characters. */
export const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text
  const head = Math.ceil(most * 0.6)
  const tail = most - head
  return `${text.slice(0, head)}${rowsWording.middle(text.length - most)}${tail === 0 ? '' : text.slice(-tail)}`
}

const rowOf = (rows: Readonly<Record<Part, readonly object[]>>, part: Part, place: number): object =>
  rows[part][place] ?? {}

const fieldLines = (entries: readonly (readonly [string, unknown])[], bounds: TextBounds): string => {
  const { fields = 16 } = bounds
  const known = entries.filter(([, value]) => value !== undefined)
  const left = known.length - fields
  return [
    ...known.slice(0, fields).map(([name, value]) => `${nameText(name, bounds)}: ${valueText(value, bounds)}`),
    ...(left > 0 ? [rowsWording.fieldsLeftOut(left)] : []),
  ].join('\n')
}

/** Names of columns are data, too. */
const nameText = (name: string, bounds: TextBounds): string =>
  /^[\p{L}\p{N}_]{1,64}$/u.test(name) ? name : quoted(name, bounds)

const valueText = (value: unknown, bounds: TextBounds): string => {
  if (typeof value === 'string') return quoted(value, bounds)
  const json = renderValue(shownResult(value))
  return json.length <= (bounds.valueLength ?? 1_200) ? json : quoted(json, bounds)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
