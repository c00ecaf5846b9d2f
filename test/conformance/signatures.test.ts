import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { parseSignature } from '../../src/signature/create.ts'
import type { Field } from '../../src/signature/field.ts'
import { compared, conformance, type Rule } from './conformance.ts'
import { pythonType, withArguments } from './python-type.ts'

interface FieldVector {
  readonly name: string
  readonly type: string
  readonly prefix: string
  readonly desc: string
}

type ParseCase =
  | { readonly signature: string; readonly input: readonly FieldVector[]; readonly output: readonly FieldVector[] }
  | { readonly signature: string; readonly error: string }

type Ours =
  | { readonly input: readonly FieldVector[]; readonly output: readonly FieldVector[] }
  | { readonly error: string }

const ourFields = (fields: readonly Field[]): FieldVector[] =>
  fields.map(({ name, type, prefix, description }) => ({ name, type: pythonType(type), prefix, desc: description }))

const theirFields = (fields: readonly FieldVector[]): FieldVector[] =>
  fields.map(({ name, type, prefix, desc }) => ({ name, type: withArguments(type), prefix, desc }))

const parsed = (source: string): Ours => {
  try {
    const { inputs, outputs } = parseSignature(source)
    return { input: ourFields(inputs), output: ourFields(outputs) }
  } catch (error) {
    if (!KkachiError.is(error)) throw error
    return { error: error.code }
  }
}

const typesOf = (fields: Ours | ParseCase): string[] =>
  'error' in fields ? [] : [...fields.input, ...fields.output].map(field => withArguments(field.type))

const rules: readonly Rule<ParseCase, Ours>[] = [
  {
    verdict: 'better',
    reason: 'Names that a Python class cannot have as attributes are names like any other.',
    applies: (testCase, ours) =>
      'error' in testCase && /^(PydanticUserError|TypeError|NameError)$/.test(testCase.error) && !('error' in ours),
  },
  {
    verdict: 'better',
    reason: 'A quoted string or a TypeScript type is a type, where DSPy refuses it.',
    applies: (testCase, ours) =>
      'error' in testCase &&
      !('error' in ours) &&
      /['"]|\[\]|\b(string|number|boolean|null|json)\b|\w\?/.test(testCase.signature),
  },
  {
    verdict: 'better',
    reason: 'A type of DSPy is known without `dspy.` before it.',
    applies: (testCase, ours) =>
      'error' in testCase && !('error' in ours) && /: (?:Image|Reasoning)\b/.test(testCase.signature),
  },
  {
    verdict: 'better',
    reason: 'None as a type means null; DSPy takes it for text.',
    applies: (testCase, ours) => {
      const [theirs, own] = [typesOf(testCase), typesOf(ours)]
      return (
        own.length === theirs.length &&
        own.every((type, at) => type === theirs[at] || (type === 'NoneType' && theirs[at] === 'str'))
      )
    },
  },
  {
    verdict: 'deviation',
    reason: 'A name used twice is refused; DSPy silently keeps one of the two.',
    applies: (testCase, ours) =>
      !('error' in testCase) && 'error' in ours && ours.error === 'signature/duplicate-field',
  },
  {
    verdict: 'deviation',
    reason: 'The keys of a record are strings, as in JSON, whatever the signature calls them.',
    applies: (testCase, ours) => {
      const [theirs, own] = [typesOf(testCase), typesOf(ours)]
      return own.length > 0 && own.every((type, at) => type === theirs[at]?.replaceAll(/dict\[\w+,/g, 'dict[str,'))
    },
  },
]

conformance<ParseCase>('signature_parse', testCase => {
  const ours = parsed(testCase.signature)
  if ('error' in testCase && 'error' in ours) return { verdict: 'same' }
  const theirs =
    'error' in testCase ? testCase : { input: theirFields(testCase.input), output: theirFields(testCase.output) }
  return compared(testCase, theirs, ours, rules)
})
