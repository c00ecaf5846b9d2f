import type { JsonObject, JsonSchema, JsonValue } from '../../../src/data/json.ts'
import type { Random } from '../../../src/data/random.ts'

const names = ['name', 'kind', 'a b', 'über', 'x-1', 'total', 'notes', 'items', 'ok', 'quote"d']

/** A schema of any shape that a grammar is asked to follow, a few levels deep. */
export const randomSchema = (random: Random, depth = 3): JsonSchema => {
  const draw = random.integer(0, depth > 0 ? 13 : 8)
  switch (draw) {
    case 0:
      return { type: 'boolean' }
    case 1:
      return { type: 'null' }
    case 2:
      return numberSchema(random, 'integer')
    case 3:
      return numberSchema(random, 'number')
    case 4:
      return { type: 'string' }
    case 5:
      return textSchema(random)
    case 6:
      return {
        enum: random.sample<JsonValue>(['red', 'blue', 7, -1.5, true, null, 'a "b"', 'né', ''], random.integer(1, 4)),
      }
    case 7:
      return { const: random.choice<JsonValue>(['fixed', 3, null, 'two words']) }
    case 8:
      return {
        type: 'string',
        pattern: random.choice(['^[a-z]{2,5}$', '^[A-Z][0-9]{3}$', '^(yes|no)$', '^\\d{1,4}-\\d{1,4}$']),
      }
    case 9:
    case 10:
      return arraySchema(random, depth)
    case 11:
    case 12:
      return objectSchema(random, depth)
    default:
      return { anyOf: [randomSchema(random, depth - 1), randomSchema(random, depth - 1)] }
  }
}

const numberSchema = (random: Random, type: 'integer' | 'number'): JsonSchema => {
  const minimum = random.integer(-2_000, 2_000)
  switch (random.integer(0, 4)) {
    case 0:
      return { type, minimum, maximum: minimum + random.integer(0, 900) }
    case 1:
      return { type, minimum }
    case 2:
      return { type, exclusiveMaximum: minimum }
    case 3:
      return { type, multipleOf: type === 'integer' ? random.integer(2, 9) : 0.25, minimum: 0, maximum: 500 }
    default:
      return { type }
  }
}

const textSchema = (random: Random): JsonSchema => {
  const minLength = random.integer(0, 6)
  return { type: 'string', minLength, maxLength: minLength + random.integer(0, 12) }
}

const arraySchema = (random: Random, depth: number): JsonSchema => {
  if (random.integer(0, 3) === 0) {
    const places = [randomSchema(random, depth - 1), randomSchema(random, depth - 1)]
    return { type: 'array', prefixItems: places, minItems: places.length, items: false }
  }
  const minItems = random.integer(0, 2)
  return {
    type: 'array',
    items: randomSchema(random, depth - 1),
    minItems,
    ...(random.integer(0, 1) === 0 && { maxItems: minItems + random.integer(0, 3) }),
  }
}

const objectSchema = (random: Random, depth: number): JsonSchema => {
  if (random.integer(0, 5) === 0) return { type: 'object', additionalProperties: randomSchema(random, depth - 1) }
  const keys = random.sample(names, random.integer(0, 4))
  const properties: JsonObject = Object.fromEntries(keys.map(key => [key, randomSchema(random, depth - 1)]))
  return {
    type: 'object',
    properties,
    required: keys.filter(() => random.integer(0, 2) > 0),
    additionalProperties: false,
  }
}
