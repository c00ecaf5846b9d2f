import { choicesOf, type SourceField, type SourceSignature } from './field-list.ts'

/** The same signatures as users of a peer write them, as the source of one TypeScript file. */
export interface TypedSet {
  readonly library: string
  readonly name: string
  readonly header: string
  readonly statement: (signature: SourceSignature) => string
}

const axNames: Readonly<Record<string, string>> = {
  ...{ string: 'string', str: 'string', int: 'number', number: 'number', float: 'number', bool: 'boolean' },
  ...{ boolean: 'boolean', 'string[]': 'string[]', 'list[str]': 'string[]', 'list[int]': 'number[]' },
  ...{ 'dict[str, float]': 'json', 'Optional[str]': 'string', 'int | null': 'number' },
}

const nullable = (type: string): boolean => type === 'Optional[str]' || type === 'int | null'

/** Ax knows no null, and classes only among outputs: an optional field and a string stand for them. */
const axField =
  (side: 'input' | 'output') =>
  (field: SourceField): string => {
    const choices = choicesOf(field.type)
    const type =
      choices.length === 0 ? axNames[field.type] : side === 'input' ? 'string' : `class "${choices.join(', ')}"`
    return `${field.name}${field.optional || nullable(field.type) ? '?' : ''}:${type}`
  }

const zodNames: Readonly<Record<string, string>> = {
  ...{ string: 'z.string()', str: 'z.string()', int: 'z.number().int()', number: 'z.number()', float: 'z.number()' },
  ...{ bool: 'z.boolean()', boolean: 'z.boolean()', 'string[]': 'z.array(z.string())' },
  ...{ 'list[str]': 'z.array(z.string())', 'list[int]': 'z.array(z.number().int())' },
  ...{ 'dict[str, float]': 'z.record(z.string(), z.number())', 'Optional[str]': 'z.string().nullable()' },
  ...{ 'int | null': 'z.number().int().nullable()' },
}

const zodField = ({ name, optional, type }: SourceField): string => {
  const choices = choicesOf(type)
  const schema = choices.length > 0 ? `z.enum([${choices.map(word => `'${word}'`).join(', ')}])` : zodNames[type]
  return `${name}: ${schema}${optional ? '.optional()' : ''}`
}

const zodObject = (fields: readonly SourceField[]): string => `z.object({ ${fields.map(zodField).join(', ')} })`

export const typedSets: readonly TypedSet[] = [
  {
    library: 'instructor-js',
    name: 'instructor',
    header: `import instructor from '@instructor-ai/instructor'
import type OpenAI from 'openai'
import { z } from 'zod'
declare const openai: OpenAI
const client = instructor({ client: openai, mode: 'JSON' })
const rest = { model: 'gpt-4o-mini', messages: [] }`,
    statement: ({ pattern, outputs }) =>
      `export const ${pattern} = await client.chat.completions.create({ ...rest, response_model: { schema: ${zodObject(outputs)}, name: 'Answer' } })`,
  },
  {
    library: 'Vercel AI SDK',
    name: 'ai-sdk',
    header: `import { generateText, type LanguageModel, Output } from 'ai'
import { z } from 'zod/v4'
declare const model: LanguageModel
const rest = { model, prompt: '' }`,
    statement: ({ pattern, outputs }) =>
      `export const ${pattern} = (await generateText({ ...rest, output: Output.object({ schema: ${zodObject(outputs)} }) })).output`,
  },
  {
    library: 'Ax',
    name: 'ax',
    header: `import { type AxGen, type AxGenOut, ax } from '@ax-llm/ax'
declare const answer: <Inputs, Outputs extends AxGenOut>(program: AxGen<Inputs, Outputs>, inputs: Inputs) => Outputs`,
    statement: ({ pattern, inputs, outputs, inputObject }) => {
      const source = `${inputs.map(axField('input')).join(', ')} -> ${outputs.map(axField('output')).join(', ')}`
      return `export const ${pattern} = answer(ax(\`${source}\`), ${inputObject.replaceAll(/\w+: null(, )?/g, '')})`
    },
  },
]
