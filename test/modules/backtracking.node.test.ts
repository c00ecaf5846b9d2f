import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import { json } from '../../src/adapters/json.ts'
import type { JsonSchema } from '../../src/data/json.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import type { Adapter } from '../../src/ports/adapter.ts'
import type { AnyModule } from '../../src/ports/module.ts'
import { signature } from '../../src/signature/create.ts'
import type { StandardSchema } from '../../src/signature/standard-schema.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

// A Standard Schema is code of the caller, and what its `validate` does with a text is the caller's; everything here
// is about the data that comes with it: the pattern in its JSON schema is told to the model and never run.

const bomb = '(a+)+$'
const text = `${'a'.repeat(50_000)}!` // 2 to the power of 50,000 ways to fail, for an engine that goes back

const told: JsonSchema = { type: 'object', properties: { code: { type: 'string', pattern: bomb } }, pattern: bomb }

/** Takes whatever it is given, or nothing: the second makes us explain by the JSON schema what was wrong. */
const schema = (takes: boolean): StandardSchema<unknown> => ({
  '~standard': {
    version: 1,
    vendor: 'own',
    validate: value => (takes ? { value } : { issues: [{ message: `${bomb} does not match`, path: ['code'] }] }),
    jsonSchema: { input: () => told, output: () => told },
  },
})

const withPattern = (takes: boolean) =>
  signature({
    inputs: { text: 'string' },
    outputs: { value: schema(takes), list: { type: schema(takes), jsonSchema: { type: 'array', items: told } } },
  })

/** A file as saveProgram writes it with the pattern wherever there is room for a text, and as keywords of JSON schema. */
const file = async (made: AnyModule): Promise<string> => {
  const state = JSON.parse(await saveProgram(made))
  const predictor = state.signature === undefined ? state.predict : state
  delete state.metadata.kkachi.digest
  const keywords = { pattern: bomb, regex: bomb, patternProperties: { [bomb]: {} }, format: 'regex' }
  predictor.signature.instructions = bomb
  for (const field of predictor.signature.fields) Object.assign(field, { description: bomb, prefix: bomb, ...keywords })
  predictor.demos = [{ text: bomb, label: bomb, value: { code: bomb }, ...keywords }]
  Object.assign(predictor, keywords)
  Object.assign(state.metadata.kkachi, { provenance: keywords })
  return JSON.stringify(state)
}

const answers: readonly (readonly [string, (field: string) => string])[] = [
  ['under a marker', field => `[[ ## ${field} ## ]]\n${text}\n\n[[ ## completed ## ]]`],
  ['as a value of JSON', field => JSON.stringify({ [field]: text, list: ['a'] })],
  ['inside of JSON', field => `[[ ## ${field} ## ]]\n${JSON.stringify({ code: text })}\n\n[[ ## list ## ]]\n["a"]`],
  ['as JSON in pieces', field => `{'${field}': {'code': '${text}`],
  ['alone', () => text],
]

interface Ending {
  readonly ms: number
  readonly end: string
}

/** Runs a program against an answer and tells how it ended; what throws has to be a refusal of ours. */
const ending = async (made: AnyModule, adapter: Adapter, answer: string): Promise<Ending> => {
  const model = scriptedModel(() => answer)
  const began = performance.now()
  const end = await Promise.resolve(made.run({ text } as never, { model, adapter })).then(
    () => 'ended',
    error => (KkachiError.is(error) ? error.code : `not refused: ${error}`),
  )
  return { ms: performance.now() - began, end }
}

const programs: readonly (readonly [string, () => Promise<AnyModule>, string])[] = [
  ['a program file', async () => loadProgram(await file(predict('text -> label'))), 'label'],
  [
    'a program file of a literal',
    async () => loadProgram(await file(predict(`text -> label: '${bomb}' | 'b'`))),
    'label',
  ],
  ['a program file that thinks', async () => loadProgram(await file(chainOfThought('text -> label'))), 'label'],
  ['a JSON schema', async () => predict(withPattern(true)), 'value'],
  ['a Standard Schema that refuses', async () => predict(withPattern(false)), 'value'],
  [
    'a file beside a schema',
    async () => loadProgram(await file(predict(withPattern(true))), predict(withPattern(true))),
    'value',
  ],
]

afterEach(() => {
  vi.restoreAllMocks()
})

describe('26. a pattern with catastrophic backtracking', () => {
  describe.each(programs)('in %s', (_, make, field) => {
    test.each([
      ['chat', chat],
      ['json', json],
    ] as const)('is never run against what a model says, and 50 kB end (%s)', async (_, adapter) => {
      const made = await make()
      for (const [where, answerOf] of answers) {
        const { ms, end } = await ending(made, adapter, answerOf(field))
        expect({ where, end }).toEqual({ where, end: expect.stringMatching(/^ended$|^prediction\//) })
        // Tens of milliseconds on a quiet machine; an engine that goes back would not end before the sun does.
        expect({ where, isOver: ms < 50_000 }).toEqual({ where, isOver: true })
      }

      const run = new Set<string>()
      const exec = RegExp.prototype.exec
      vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, one: string) {
        run.add(this.source)
        return exec.call(this, one)
      })
      for (const [, answerOf] of answers) await ending(made, adapter, answerOf(field))
      vi.restoreAllMocks()
      expect(run.size).toBeGreaterThan(0)
      expect(Array.from(run).filter(source => source.includes('a+)+'))).toEqual([])
    })
  })

  test('would hang an engine that goes back: it takes twice as long for every further letter', () => {
    const timed = (letters: number): number => {
      const tookMs = Array.from({ length: 5 }, () => {
        const began = performance.now()
        new RegExp(bomb).test(`${'a'.repeat(letters)}!`)
        return performance.now() - began
      })
      return Math.min(...tookMs) // the quickest: the machine may have had something else to do
    }
    expect(timed(21) / timed(15)).toBeGreaterThan(8)
  })

  test('has no way to become code: no source makes a regular expression of a text', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const made =
      /\bRegExp\s*\(|\.(?:match|matchAll)\((?!\s*\/)|\.search\((?!\s*(?:\/|vector\b|query\b))|\bURLPattern\b|\bnew RegExp\b/
    const sources = ['src', 'node', 'worker', 'browser'].flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
        .map(entry => join(entry.parentPath, entry.name)),
    )
    expect(sources.length).toBeGreaterThan(200)
    expect(sources.filter(path => made.test(readFileSync(path, 'utf8')))).toEqual([])
  })
})
