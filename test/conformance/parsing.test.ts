import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import { xml } from '../../src/adapters/xml.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { FieldType } from '../../src/signature/field-type.ts'
import type { Signature } from '../../src/signature/signature.ts'
import { compared, conformance, type Data, type Rule } from './conformance.ts'
import { vectorSignatures } from './vector-signatures.ts'

interface ParseCase {
  readonly signature: string
  readonly completion: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly error?: string
}

interface Ours {
  readonly fields?: Readonly<Record<string, unknown>>
  readonly error?: string
  readonly issues?: string
  readonly signature: Signature
  /** The name of the adapter that read it. */
  readonly adapter: string
}

const parsed = (adapter: Adapter, signature: Signature, text: string): Ours => {
  try {
    return { fields: adapter.parse(signature, { text, finishReason: 'stop' }), signature, adapter: adapter.name }
  } catch (error) {
    if (!KkachiError.is(error, 'prediction/unparsable') && !KkachiError.is(error, 'prediction/invalid')) throw error
    return { error: error.code, issues: error.message, signature, adapter: adapter.name }
  }
}

/** A value as JSON carries it: Python's markers undone, sets as lists, bytes as text. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (value instanceof Set) return [...value].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const marked = value as Readonly<Record<string, unknown>>
  if ('__set__' in marked) return plain(marked.__set__)
  if ('__bytes__' in marked) return marked.__bytes__
  if ('__tuple__' in marked) return plain(marked.__tuple__)
  if ('__enum__' in marked) return marked.value
  if ('__float__' in marked) return marked
  const { __model__: _, ...rest } = marked
  return Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, plain(part)]))
}

const kinds = ({ outputs }: Signature): FieldType['kind'][] => outputs.map(field => field.type.kind)

const raised = (testCase: ParseCase): boolean => testCase.error !== undefined

const value = (testCase: ParseCase, ours: Ours): unknown => Object.values(ours.fields ?? testCase.fields ?? {})[0]

const rules: readonly Rule<ParseCase, Ours>[] = [
  {
    verdict: 'better',
    reason: 'Markers with other blanks, indented markers, and a closing marker or fence on the last line are read.',
    applies: ({ fields, completion }, ours) =>
      ours.fields !== undefined &&
      /\[\[ ?##/.test(completion) &&
      (fields === undefined
        ? /\[\[##|\[\[ *## *\w+ *##\]\]/.test(completion)
        : !completion.startsWith('[[ ## answer ## ]]\n')),
  },
  {
    verdict: 'better',
    reason: 'Line separators other than the line feed stay as the model wrote them.',
    applies: ({ completion }, ours) =>
      ours.fields !== undefined && [...'\u2028\u2029\u0085\v\f'].some(separator => completion.includes(separator)),
  },
  {
    verdict: 'better',
    reason: 'A number with thousands separators or in a fence is the number it spells.',
    applies: (testCase, ours) => raised(testCase) && typeof value(testCase, ours) === 'number',
  },
  {
    verdict: 'better',
    reason: 'A label in other letters or with a full stop is the label, where only one fits.',
    applies: (testCase, ours) =>
      raised(testCase) && ours.fields !== undefined && ['literal', 'enum'].includes(kinds(ours.signature)[0] ?? ''),
  },
  {
    verdict: 'better',
    reason: 'A union with text takes as text what is nothing else.',
    applies: (testCase, ours) =>
      raised(testCase) && kinds(ours.signature)[0] === 'union' && typeof value(testCase, ours) === 'string',
  },
  {
    verdict: 'better',
    reason: "A text field takes JSON of another kind as JSON; DSPy writes Python's repr.",
    applies: (testCase, ours) =>
      !raised(testCase) && kinds(ours.signature)[0] === 'string' && testCase.completion.trim().startsWith('{'),
  },
  {
    verdict: 'better',
    reason: 'A value beyond the limits of its field is refused; DSPy only mentions them in the prompt.',
    applies: ({ fields }, ours) =>
      fields !== undefined &&
      ours.error !== undefined &&
      ours.signature.outputs.some(field => field.constraints !== undefined),
  },
  {
    verdict: 'better',
    reason:
      'An answer that a strict XML parser refuses is read: a bare & or <, a declaration, no closing tag, tags around.',
    applies: ({ completion, error }, ours) =>
      error !== undefined && ours.fields !== undefined && isXml(ours) && !isStrictXml(completion, ours),
  },
  {
    verdict: 'better',
    reason: 'Tags in a text stay as the model wrote them; DSPy writes them anew.',
    applies: ({ completion, fields }, ours) =>
      isXml(ours) && /<\w+\s*\/>/.test(completion) && anew(fields) === anew(ours.fields),
  },
  {
    verdict: 'better',
    reason: 'JSON between the tags of a record, and any name for the items of a list, are read.',
    applies: (testCase, ours) =>
      isXml(ours) &&
      ours.fields !== undefined &&
      (raised(testCase) || JSON.stringify(testCase.fields).includes('</')) &&
      ['record', 'list', 'set', 'tuple', 'json'].includes(kinds(ours.signature)[0] ?? ''),
  },
  {
    verdict: 'better',
    reason: "The first section of a text field counts; DSPy writes Python's repr of all of them.",
    applies: (testCase, ours) =>
      isXml(ours) && !raised(testCase) && String(Object.values(testCase.fields ?? {})[0]).startsWith("['"),
  },
  {
    verdict: 'deviation',
    reason: 'An integer that a JavaScript number cannot hold exactly is refused, not rounded.',
    applies: (testCase, ours) =>
      !raised(testCase) && ours.error !== undefined && !Number.isSafeInteger(value(testCase, ours)),
  },
]

const isXml = ({ adapter }: Ours): boolean => adapter === 'xml'

const anew = (fields: unknown): string => JSON.stringify(fields)?.replace(/\s*\/>/g, '/>') ?? ''

const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length

/** Whether an XML parser takes the answer, and finds the fields outermost. */
const isStrictXml = (completion: string, { signature }: Ours): boolean =>
  !/&(?!(?:amp|lt|gt|quot|apos|#\w+);)|<(?![\w/!])|<!DOCTYPE|xmlns/.test(completion) &&
  count(completion, /<\w[^>]*(?<!\/)>/g) === count(completion, /<\//g) &&
  signature.outputs.every(({ name }) => completion.includes(`</${name}>`) || completion.includes(`<${name}/>`)) &&
  signature.outputs.some(({ name }) => completion.trimStart().startsWith(`<${name}`))

const judge = (adapter: Adapter) => (testCase: ParseCase, data: Data) => {
  const signature = vectorSignatures(data).get(testCase.signature)
  if (signature === undefined) throw new Error(`no signature ${testCase.signature}`)
  const ours = parsed(adapter, signature, testCase.completion)
  const expected = raised(testCase) ? 'error' : plain(testCase.fields)
  const verdict = compared(testCase, expected, ours.error === undefined ? plain(ours.fields) : 'error', [])
  if (verdict.verdict !== 'fail') return verdict
  const rule = rules.find(rule => rule.applies(testCase, ours))
  return rule === undefined
    ? { verdict: 'fail' as const, difference: { expected, fields: ours.fields, issues: ours.issues } }
    : { verdict: rule.verdict, rule: rule.reason }
}

conformance<ParseCase>('parse_chat', judge(chat))
conformance<ParseCase>('parse_json', judge(json))
conformance<ParseCase>('parse_xml', judge(xml))
