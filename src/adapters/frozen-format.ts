import { canonicalJson } from '../data/canonical-json.ts'
import type { Example } from '../data/example.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { ContentPart, Message } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import { isRow } from '../signature/row.ts'
import type { Signature } from '../signature/signature.ts'
import { mediaPieces } from './frozen-media.ts'
import type { FrozenField, FrozenPrompt, Part, ValueHole } from './frozen-template.ts'
import { cleanDoc, dedentClean, splitLines, trimEnd, trimStart } from './frozen-text.ts'
import { dumps, element, normalized, valueText } from './frozen-value.ts'
import { block } from './input-content.ts'
import { renderValue } from './render-value.ts'

/** A piece of a message's content. */
export type Piece = string | ContentPart

/** What the holes of a template are filled with. */
interface Filling {
  readonly frozen: FrozenPrompt
  readonly types: ReadonlyMap<string, FrozenField>
  readonly signature: Signature
  readonly values: Example
  /** Whether the values are an input, which Python would have as typed objects; demos are plain. */
  readonly typed: boolean
}

/** The messages of a call from frozen templates, byte for byte what the adapter they were taken from would send. */
export const formatFrozen = (
  frozen: FrozenPrompt,
  { signature, demos, input, capabilities }: AdapterCall,
): AdapterPrompt => {
  const types = new Map(frozen.fields.map(field => [field.name, field]))
  const added = signature.inputs.filter(({ name }) => !types.has(name))
  checkFields(frozen, signature, added)
  const content = (parts: readonly Part[], values: Example, typed = false): Piece[] =>
    fill(parts, { frozen, types, signature, values, typed })
  const user = (parts: readonly Part[], values: Example, typed = false): Message => {
    const pieces = [...content(parts, values, typed), ...(typed ? addedPieces(added, values) : [])]
    return { role: 'user', content: pieces.every(isText) ? pieces.join('') : pieces.map(asPart) }
  }
  const assistant = (parts: readonly Part[], values: Example): Message => ({
    role: 'assistant',
    content: content(parts, values).filter(isText).join(''),
  })

  const { complete, incomplete } = sortedDemos(frozen, demos)
  const shared: Message[] = [
    { role: 'system', content: content(frozen.system, {}).join('') },
    ...incomplete.flatMap(demo => [
      user(frozen.demos.incomplete.user, demo),
      assistant(frozen.demos.incomplete.assistant, demo),
    ]),
    ...complete.flatMap(demo => [
      user(frozen.demos.complete.user, demo),
      assistant(frozen.demos.complete.assistant, demo),
    ]),
  ]
  const { history, responseSchema } = frozen
  const asked = frozen.fields.filter(({ name, role }) => role === 'input' && name !== history?.field)
  const turns = history === undefined ? [] : turnsOf(input[history.field])
  const said = turns.flatMap(turn => [
    ...(history !== undefined && asked.some(({ name }) => isThere(turn, name)) ? [user(history.user, turn)] : []),
    ...(history === undefined ? [] : [assistant(history.assistant, turn)]),
  ])
  const messages = [...shared, ...said, user(frozen.request, withDefaults(asked, input), true)]
  const prompt = { messages, sharedMessages: shared.length }
  const grammar = capabilities?.grammar === true ? capabilities.answerGrammars?.[frozen.parser]?.(signature) : undefined
  if (grammar !== undefined) return { ...prompt, grammar }
  return capabilities?.responseSchema === true && responseSchema !== undefined ? { ...prompt, responseSchema } : prompt
}

const checkFields = ({ fields }: FrozenPrompt, { inputs, outputs }: Signature, added: readonly Field[]): void => {
  const own = [...inputs.filter(field => !added.includes(field)), ...outputs]
  const [frozen, given] = [fields, own].map(all => all.map(({ name }) => name).join(', '))
  if (frozen === given) return
  throw new ProgramFileError(
    'program-file/mismatch',
    `The prompts were frozen for the fields ${frozen}, the predictor has ${given}. Load the file into the program it was made from.`,
    { path: '/kkachi/frozen/fields' },
  )
}

/** Inputs the frozen prompts know nothing of, like a hint of refine: each under its marker, in a piece of its own. */
const addedPieces = (added: readonly Field[], input: Example): Piece[] =>
  added.filter(({ name }) => isThere(input, name)).map(({ name }) => `\n\n${block(name, renderValue(input[name]))}`)

/** Parts with their holes filled; text that stands side by side is one piece. */
const fill = (parts: readonly Part[], filling: Filling): Piece[] => {
  const pieces: Piece[] = []
  for (const piece of parts.flatMap(part => filled(part, filling))) {
    const last = pieces.at(-1)
    if (isText(piece) && last !== undefined && isText(last)) pieces[pieces.length - 1] = last + piece
    else pieces.push(piece)
  }
  return pieces.filter(piece => piece !== '')
}

const filled = (part: Part, filling: Filling): Piece[] => {
  if (isText(part)) return [part]
  switch (part.kind) {
    case 'value':
      return value(part, filling)
    case 'description':
      return [describe(filling.signature, part.field, part.unless)]
    case 'instructions': {
      const clean = cleanDoc(filling.signature.instructions)
      const dedented = part.dedent ? dedentClean(clean) : clean
      const text = part.trim ? trimStart(trimEnd(dedented)) : dedented
      return [
        part.before === undefined
          ? text
          : splitLines(text)
              .map(line => part.before + line)
              .join(''),
      ]
    }
    case 'trim':
      return trimmed(fill(part.of, filling), part.both)
    case 'join': {
      const blocks = part.of.filter(
        block => isText(block) || block.kind !== 'field' || isThere(filling.values, block.field),
      )
      return blocks.flatMap((block, index) => [...(index === 0 ? [] : [part.separator]), ...filled(block, filling)])
    }
    case 'field':
      return fill(isThere(filling.values, part.field) ? part.of : part.absent, filling)
  }
}

const value = (hole: ValueHole, { frozen, types, values, typed }: Filling): Piece[] => {
  const field = types.get(hole.field)
  if (field === undefined) return []
  if (hole.as === 'media') return mediaPieces(values[hole.field], hole, typed)
  const given = typed ? normalized(values[hole.field], field.type) : values[hole.field]
  const exact = typed ? undefined : exactText(frozen, hole.field, given)
  if (exact !== undefined) return [exact]
  if (hole.as === 'json') return [dumps(given, field.type, hole)]
  if (hole.as === 'xml' && typeof given === 'object' && given !== null) return [element(given, hole.tag, field.type)]
  let text = valueText(given, field.type, hole, frozen.lists)
  for (const [old, escaped] of hole.escape) text = text.replaceAll(old, () => escaped)
  return [hole.around[0] + text + hole.around[1]]
}

const exactText = ({ exact }: FrozenPrompt, field: string, given: unknown): string | undefined =>
  exact.length === 0
    ? undefined
    : exact.find(known => known.field === field && canonicalJson(known.value) === canonicalJson(given))?.text

const describe = ({ inputs, outputs }: Signature, name: string, unless: string | undefined): string => {
  const description = [...inputs, ...outputs].find(field => field.name === name)?.description ?? ''
  return description === unless ? '' : description
}

const trimmed = (pieces: readonly Piece[], both: boolean): Piece[] =>
  pieces.map((piece, index) => {
    if (!isText(piece)) return piece
    const ended = index === pieces.length - 1 ? trimEnd(piece) : piece
    return both && index === 0 ? trimStart(ended) : ended
  })

/** Demos with a value for every field, and those with some for both sides; the others are of no use. */
const sortedDemos = ({ fields }: FrozenPrompt, demos: readonly Example[]) => {
  const isComplete = (demo: Example): boolean => fields.every(({ name }) => isThere(demo, name) && demo[name] !== null)
  const shows = (demo: Example, side: FrozenField['role']): boolean =>
    fields.some(({ name, role }) => role === side && isThere(demo, name))
  return {
    complete: demos.filter(isComplete),
    incomplete: demos.filter(demo => !isComplete(demo) && shows(demo, 'input') && shows(demo, 'output')),
  }
}

/** Earlier turns: `{ messages: [{ question, answer }, …] }`, or the list alone. */
const turnsOf = (given: unknown): readonly Example[] => {
  const turns = isRow(given) ? given.messages : given
  return Array.isArray(turns) ? turns.filter(isRow) : []
}

const withDefaults = (fields: readonly FrozenField[], input: Example): Example => ({
  ...Object.fromEntries(fields.flatMap(({ name, default: absent }) => (absent === undefined ? [] : [[name, absent]]))),
  ...Object.fromEntries(Object.entries(input).filter(([, given]) => given !== undefined)),
})

const isThere = (values: Example, name: string): boolean => Object.hasOwn(values, name) && values[name] !== undefined

const isText = (piece: Part | Piece): piece is string => typeof piece === 'string'

const asPart = (piece: Piece): ContentPart => (isText(piece) ? { type: 'text', text: piece } : piece)
