/*
 * Writes two-hundred-signatures.ts, the set whose type cost is budgeted: 200 distinct signatures of six fields, each
 * called with an input of its types and read for two of its outputs. The same every time.
 *
 *   node test/types/cost/write-two-hundred-signatures.ts && npx biome check --write test/types/cost
 *   npx tsc -p test/types/cost --singleThreaded --extendedDiagnostics
 */
import { writeFileSync } from 'node:fs'
import { seededRandom } from '../../../src/data/seeded-random.ts'

const random = seededRandom(20261121)

/** Types as people write them, with a value of each; the more often listed, the more often drawn. */
const types: readonly (readonly [type: string, value: string])[] = [
  ['', "''"],
  ['', "''"],
  ['', "''"],
  ['', "''"],
  [': string', "''"],
  [': str', "''"],
  [': int', '1'],
  [': number', '0.5'],
  [': float', '0.5'],
  [': bool', 'true'],
  [': boolean', 'false'],
  [': string[]', "['']"],
  [': list[str]', "['']"],
  [': list[int]', '[1]'],
  [': dict[str, float]', '{ a: 1 }'],
  [": 'low' | 'medium' | 'high'", "'low'"],
  [": Literal['positive', 'negative', 'neutral']", "'neutral'"],
  [": Literal['yes','no']", "'no'"],
  [': Optional[str]', 'null'],
  [': int | null', 'null'],
  ['?: string', "''"],
  ['?: float', '1'],
  ['?', 'null'],
]

const words = [
  ...['question', 'context', 'passage', 'document', 'title', 'author', 'query', 'history', 'language', 'audience'],
  ...['answer', 'summary', 'label', 'score', 'reason', 'topic', 'sentiment', 'keywords', 'confidence', 'category'],
  ...['price', 'quantity', 'customer', 'order', 'ticket', 'priority', 'email', 'subject', 'body', 'reply'],
  ...['claim', 'evidence', 'verdict', 'city', 'country', 'date', 'amount', 'currency', 'plan', 'step'],
]

const sides = (fields: readonly Field[]): string => fields.map(({ name, type }) => name + type).join(', ')

interface Field {
  readonly name: string
  readonly type: string
  readonly value: string
}

const drawn = (index: number): string => {
  const fields = random.sample(words, 6).map((word, position): Field => {
    const [type, value] = random.choice(types)
    return { name: position === 0 ? `${word}${index}` : word, type, value }
  })
  const cut = random.integer(2, 4)
  const [inputs, outputs] = [fields.slice(0, cut), fields.slice(cut)]
  const quoted = `${sides(inputs)} -> ${sides(outputs)}`
  const input = inputs.map(({ name, value }) => `${name}: ${value}`).join(', ')
  const read = outputs
    .slice(0, 2)
    .map(({ name }) => name)
    .join(', ')
  return `export const { ${read.replaceAll(/\w+/g, name => `${name}: ${name}Of${index}`)} } = answer(signature(\`${quoted}\`), { ${input} })`
}

const lines = Array.from({ length: 200 }, (_, index) => drawn(index))

writeFileSync(
  new URL('two-hundred-signatures.ts', import.meta.url),
  `// Written by write-two-hundred-signatures.ts.
import { signature } from '../../../src/signature/create.ts'
import type { Signature } from '../../../src/signature/signature.ts'

declare const answer: <Inputs, Outputs>(signature: Signature<Inputs, Outputs>, inputs: Inputs) => Outputs

${lines.join('\n')}
`,
)
