import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseJson } from '../../../src/data/safe-json.ts'
import { derive } from '../../../src/data/seeded-random.ts'
import { schemaChecker } from '../../../src/tools/schema-checker.ts'
import { nanoGrammars } from './nano-grammars.ts'
import { randomSchema } from './random-schema.ts'
import { randomWalk } from './random-walk.ts'

const { tokenizer, engine } = await nanoGrammars()

// 10,000 of them are in bench/inference/grammar.ts.
test('500 answers drawn at temperature 1.5 under random schemas are valid by two other readers', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const schema = randomSchema(derive(seed, 'schema'))
    const { text } = randomWalk(
      engine,
      tokenizer,
      { kind: 'json-schema', schema },
      { random: derive(seed, 'answer'), patience: 30, forced: seed % 3 !== 0 },
    )
    const value = parseJson(text)
    expect.soft(schemaChecker(schema, { unknownKeywords: 'refuse', extraKeys: 'allow' })(value), text).toBeUndefined()
    const read = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value)
    expect.soft(read.error?.message, `${JSON.stringify(schema)} ${text}`).toBeUndefined()
  }
})
