import { canonicalJson } from '../data/canonical-json.ts'
import type { JsonObject, JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { linearPattern } from '../data/linear-pattern.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { type Check, type Mismatch, mismatch, type Place, typeName } from './mismatch.ts'
import { numberCheck, stringCheck } from './scalar-checks.ts'
import { isKnownKeyword, namedKeys, resolvedReference, speaksOfKeys } from './schema-keywords.ts'

export interface SchemaCheckerOptions {
  /** What to do about a keyword that nothing here checks: refuse the schema, or leave it to who else checks. */
  readonly unknownKeywords: 'refuse' | 'ignore'
  /** `allow` is what the specification says about keys that a schema does not name; `refuse` when absent. */
  readonly extraKeys?: 'refuse' | 'allow'
}

/** Tells the first thing in a value that a schema does not allow; undefined when all of it is. */
export type SchemaChecker = (value: JsonValue) => Mismatch | undefined

/** A schema that cannot be checked: where, and why. */
export class UncheckableSchema extends Error {
  readonly place: string
  constructor(place: string, problem: string) {
    super(problem)
    this.place = place
  }
}

/**
 * Makes a checker of JSON schema 2020-12, as far as tools use it: types, properties, items, enum and const, limits,
 * patterns, anyOf, oneOf, allOf, and references inside the document.
 *
 * 1. Time is at most size of the schema times size of the value, whatever the two say.
 * 2. An object that names properties takes no others unless `additionalProperties` says so. The outermost takes none
 *    that it does not name in any case: a model's extra key is a mistake or an attack.
 * 3. `format` is a remark, as the specification has it.
 *
 * Differs from the specification in 2 only, which is stricter; `extraKeys` turns it off.
 *
 * @see https://json-schema.org/draft/2020-12
 * @throws UncheckableSchema
 */
export const schemaChecker = (schema: JsonSchema, options: SchemaCheckerOptions): SchemaChecker => {
  const compilation: Compilation = { root: schema, options, references: new Map() }
  const closed = options.extraKeys === 'allow' ? 'elsewhere' : 'always'
  const check = compile(schema, '#', { closed }, compilation)
  return value => check(value, undefined, new Map())
}

interface Compilation {
  readonly root: JsonSchema
  readonly options: SchemaCheckerOptions
  readonly references: Map<string, Check>
}

/** Who sees to it that an object has no extra keys: this schema, always or when it names any; or what it is part of. */
interface Mode {
  readonly closed: 'always' | 'where-named' | 'elsewhere'
}

const part: Mode = { closed: 'elsewhere' }

/** The mode of a value inside the value. */
const inside = ({ options }: Compilation): Mode => (options.extraKeys === 'allow' ? part : { closed: 'where-named' })

const compile = (schema: JsonValue | undefined, at: string, mode: Mode, all: Compilation): Check => {
  if (schema === true) return () => undefined
  if (schema === false) return (_, place) => mismatch(place, 'expected nothing here')
  if (!isObject(schema)) throw new UncheckableSchema(at, 'expected a schema, an object or a boolean')
  if (all.options.unknownKeywords === 'refuse') {
    const unknown = Object.keys(schema).find(keyword => !isKnownKeyword(keyword))
    if (unknown !== undefined) throw new UncheckableSchema(at, `the keyword '${unknown}' is not checked here`)
  }
  const speaks = speaksOfKeys(schema)
  const inner = speaks || mode.closed === 'always' ? part : mode
  const checks = [
    typeCheck(schema.type, at),
    constantCheck(schema),
    numberCheck(schema),
    stringCheck(schema),
    patternCheck(schema.pattern, at, all),
    arrayCheck(schema, at, all),
    objectCheck(schema, at, all),
    closing(schema, mode, speaks, all),
    reference(schema.$ref, at, inner, all),
    ...allOf(schema.allOf, `${at}/allOf`, inner, all),
    alternatives(schema.anyOf, `${at}/anyOf`, inner, all, found => found > 0),
    alternatives(schema.oneOf, `${at}/oneOf`, inner, all, found => found === 1),
  ].filter(check => check !== undefined)
  return (value, place, seen) => {
    for (const check of checks) {
      const found = check(value, place, seen)
      if (found !== undefined) return found
    }
    return undefined
  }
}

const typeCheck = (type: JsonValue | undefined, at: string): Check | undefined => {
  if (type === undefined) return undefined
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type : []
  const known = types.every(one => typeof one === 'string' && Object.hasOwn(typeTests, one))
  if (types.length === 0 || !known) throw new UncheckableSchema(`${at}/type`, 'expected names of JSON types')
  const tests = types.map(name => typeTests[name as string])
  return (value, place) =>
    tests.some(test => test?.(value))
      ? undefined
      : mismatch(place, `expected ${types.join(' or ')}, got ${typeName(value)}`)
}

/** By an engine without backtracking: neither a schema nor a value can make it slow. */
const patternCheck = (pattern: JsonValue | undefined, at: string, { options }: Compilation): Check | undefined => {
  if (typeof pattern !== 'string') return undefined
  try {
    const { test } = linearPattern(pattern)
    const expected = `expected text with a match of ${pattern.slice(0, longestPattern)}`
    return (value, place) => (typeof value !== 'string' || test(value) ? undefined : mismatch(place, expected))
  } catch (error) {
    if (!KkachiError.is(error, 'signature/parse')) throw error
    if (options.unknownKeywords === 'ignore') return undefined
    throw new UncheckableSchema(`${at}/pattern`, error.message)
  }
}

/** A pattern is told this far. */
const longestPattern = 200

const typeTests: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  null: value => value === null,
  boolean: value => typeof value === 'boolean',
  string: value => typeof value === 'string',
  number: value => typeof value === 'number',
  integer: value => Number.isInteger(value),
  array: value => Array.isArray(value),
  object: isObject,
}

/** Texts of an enum longer than this are counted, not told. */
const longestEnum = 200

const constantCheck = (schema: JsonObject): Check | undefined => {
  const allowed = 'const' in schema ? [schema.const ?? null] : schema.enum
  if (!Array.isArray(allowed)) return undefined
  const texts: ReadonlySet<string> = new Set(allowed.map(canonicalJson))
  const longest = Math.max(0, ...[...texts].map(({ length }) => length))
  const listed = [...texts].join(', ')
  const expected = listed.length <= longestEnum ? `one of ${listed}` : `one of the ${texts.size} values of its enum`
  const fits = (value: JsonValue) =>
    typeof value === 'string' && value.length > longest ? false : texts.has(canonicalJson(value))
  const scalars = allowed.every(value => typeof value !== 'object' || value === null)
  return (value, place) =>
    (scalars && typeof value === 'object' && value !== null) || !fits(value)
      ? mismatch(place, `expected ${expected}`)
      : undefined
}

const arrayCheck = (schema: JsonObject, at: string, all: Compilation): Check | undefined => {
  const { prefixItems, items, minItems, maxItems, uniqueItems } = schema
  const first = Array.isArray(prefixItems)
    ? prefixItems.map((one, index) => compile(one, `${at}/prefixItems/${index}`, inside(all), all))
    : []
  const rest = items === undefined ? undefined : compile(items, `${at}/items`, inside(all), all)
  const least = typeof minItems === 'number' ? minItems : 0
  const most = typeof maxItems === 'number' ? maxItems : Number.POSITIVE_INFINITY
  if (first.length === 0 && rest === undefined && least === 0 && most === Infinity && uniqueItems !== true) return
  return (value, place, seen) => {
    if (!Array.isArray(value)) return undefined
    if (value.length < least) return mismatch(place, `expected at least ${least} items, got ${value.length}`)
    if (value.length > most) return mismatch(place, `expected at most ${most} items, got ${value.length}`)
    for (const [index, item] of value.entries()) {
      const found = (first[index] ?? rest)?.(item, { parent: place, key: index }, seen)
      if (found !== undefined) return found
    }
    const repeats = uniqueItems === true && new Set(value.map(canonicalJson)).size < value.length
    return repeats ? mismatch(place, 'expected items that differ') : undefined
  }
}

const objectCheck = (schema: JsonObject, at: string, all: Compilation): Check | undefined => {
  const { required, minProperties, maxProperties } = schema
  const needed = Array.isArray(required) ? required.filter(name => typeof name === 'string') : []
  const properties = new Map<string, Check>()
  for (const [key, one] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    properties.set(key, compile(one, `${at}/properties/${key}`, inside(all), all))
  }
  const others = isObject(schema.additionalProperties)
    ? compile(schema.additionalProperties, `${at}/additionalProperties`, inside(all), all)
    : undefined
  const least = typeof minProperties === 'number' ? minProperties : 0
  const most = typeof maxProperties === 'number' ? maxProperties : Number.POSITIVE_INFINITY
  return (value, place, seen) => {
    if (!isObject(value)) return undefined
    const missing = needed.find(name => !Object.hasOwn(value, name))
    if (missing !== undefined) return mismatch({ parent: place, key: missing }, 'is missing')
    const entries = Object.entries(value)
    if (entries.length < least) return mismatch(place, `expected at least ${least} keys, got ${entries.length}`)
    if (entries.length > most) return mismatch(place, `expected at most ${most} keys, got ${entries.length}`)
    for (const [key, child] of entries) {
      const named = properties.get(key)
      const found = (named ?? others)?.(child, { parent: place, key: named === undefined ? '*' : key }, seen)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Refuses keys that are not named; with alternatives, in none of them. */
const closing = (schema: JsonObject, { closed }: Mode, speaks: boolean, all: Compilation): Check | undefined => {
  if (schema.additionalProperties !== false && (closed === 'elsewhere' || (closed === 'where-named' && !speaks))) {
    return undefined
  }
  // What says "no others" itself means its own properties, as the specification has it.
  const strictly = schema.additionalProperties === false
  const names = strictly
    ? new Set(Object.keys(isObject(schema.properties) ? schema.properties : {}))
    : namedKeys(schema, all.root)
  if (names === 'any') return undefined
  const listed = names.size === 0 ? 'none' : [...names].join(', ')
  return (value, place) =>
    isObject(value) && Object.keys(value).some(key => !names.has(key))
      ? mismatch({ parent: place, key: '*' }, `is a key that the schema does not name (it names ${listed})`)
      : undefined
}

const reference = (ref: JsonValue | undefined, at: string, mode: Mode, all: Compilation): Check | undefined => {
  if (ref === undefined) return undefined
  const target = typeof ref === 'string' ? resolvedReference(ref, all.root) : undefined
  if (typeof ref !== 'string' || target === undefined) {
    throw new UncheckableSchema(`${at}/$ref`, 'expected a reference to a part of the same schema')
  }
  const key = `${mode.closed} ${ref}`
  const known = all.references.get(key)
  if (known !== undefined) return known
  let made: Check | undefined
  const check = remembering((value, place, seen) => made?.(value, place, seen))
  // A reference inside its own target finds this one.
  all.references.set(key, check)
  made = compile(target, ref, mode, all)
  return check
}

const allOf = (members: JsonValue | undefined, at: string, mode: Mode, all: Compilation): readonly Check[] =>
  Array.isArray(members) ? members.map((member, index) => compile(member, `${at}/${index}`, mode, all)) : []

const alternatives = (
  members: JsonValue | undefined,
  at: string,
  mode: Mode,
  all: Compilation,
  enough: (found: number) => boolean,
): Check | undefined => {
  if (!Array.isArray(members)) return undefined
  const checks = members.map((member, index) => remembering(compile(member, `${at}/${index}`, mode, all)))
  return (value, place, seen) => {
    const found = checks.map(check => check(value, place, seen))
    if (enough(found.filter(one => one === undefined).length)) return undefined
    const deepest = found.filter(one => one !== undefined).sort((a, b) => b.depth - a.depth)[0]
    // The alternative that went furthest is most likely the one that was meant.
    return deepest !== undefined && deepest.depth > depthOf(place)
      ? deepest
      : mismatch(place, `expected one of ${checks.length} alternatives of its schema, got ${typeName(value)}`)
  }
}

const depthOf = (place: Place | undefined): number => (place === undefined ? 0 : 1 + depthOf(place.parent))

/** Checks each object once, however many ways lead to it; a reference that leads back to itself allows everything. */
const remembering = (check: Check): Check => {
  const own: Check = (value, place, seen) => {
    const known = seen.get(own) ?? new Map<JsonValue, Mismatch | undefined>()
    seen.set(own, known)
    if (known.has(value)) return known.get(value)
    known.set(value, undefined)
    const found = check(value, place, seen)
    // An object stands in one place of a value; equal texts and numbers stand in several.
    if (typeof value === 'object') known.set(value, found)
    else known.delete(value)
    return found
  }
  return own
}
