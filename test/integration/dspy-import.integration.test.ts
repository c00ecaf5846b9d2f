import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type ContentPart,
  type Example,
  importedProgram,
  type Message,
  openaiCompatible,
  type PredictorState,
} from '../../src/index.ts'
import { noDspy, python } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

const importer = fileURLToPath(new URL('../../python/kkachi_import', import.meta.url))
const writer = fileURLToPath(new URL('./dspy-import/write_cases.py', import.meta.url))
const seed = '20261121'
const casesOfEach = '4'
const processes = 2

/** A program of one signature and one adapter, and what DSPy sends for it. */
interface Imported {
  readonly name: string
  readonly path: string
  readonly file: string
  readonly refused?: string
  readonly cases: readonly {
    readonly state: PredictorState
    readonly input: Example
    readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  }[]
}

const written = async (): Promise<readonly Imported[]> => {
  const parts = Array.from({ length: processes }, (_, part) => join(folder, `cases-${part}.jsonl`))
  await Promise.all(
    parts.map((out, part) =>
      promisify(execFile)(python, [writer, importer, out, seed, casesOfEach, String(part), String(processes)]),
    ),
  )
  return parts.flatMap(out =>
    readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line): Imported => JSON.parse(line)),
  )
}

/** A message as OpenAI's API has it. */
const wired = ({ role, content }: Message): unknown => ({
  role,
  content: typeof content === 'string' ? content : content.map(wiredPart),
})

const wiredPart = (part: ContentPart): unknown => {
  if (part.type === 'image') return { type: 'image_url', image_url: { url: part.url } }
  if (part.type === 'audio') return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
  if (part.type === 'file')
    return { type: 'file', file: { file_data: part.data, file_id: part.fileId, filename: part.name } }
  return part
}

describe.skipIf(noDspy !== undefined)(
  `programs imported from Python DSPy${noDspy === undefined ? '' : ` (${noDspy})`}`,
  () => {
    test('send byte for byte what DSPy sends: signatures x adapters x instructions, demos and inputs drawn at random', {
      timeout: 900_000,
    }, async () => {
      const programs = await written()
      const different: unknown[] = []
      let messages = 0
      for (const { name, path, file, cases, refused } of programs) {
        expect(refused, name).toBeUndefined()
        const program = await importedProgram(file)
        for (const { state, input, messages: theirs } of cases) {
          const learned = program.withState({ [path]: { ...program.state[path], ...state } })
          const ours = learned.predictors[0]?.prompt(input).messages.map(wired) ?? []
          messages += theirs.length
          if (JSON.stringify(ours) === JSON.stringify(theirs)) continue
          const at = theirs.findIndex((message, index) => JSON.stringify(message) !== JSON.stringify(ours[index]))
          different.push({ name, at, theirs: theirs[at], ours: ours[at] })
        }
      }
      const requests = programs.reduce((sum, { cases }) => sum + cases.length, 0)
      const signatures = new Set(programs.map(({ name }) => name.split(', ')[0])).size
      console.log(
        `DSPy import: ${requests} requests (${messages} messages) of ${programs.length} programs, ${signatures} signatures; ${different.length} differ`,
      )
      expect(different).toEqual([])
      expect(signatures).toBeGreaterThanOrEqual(30)
      expect(requests).toBeGreaterThanOrEqual(200)

      // One of them over the wire: what a provider's server receives is that as well.
      const [one] = programs
      const [sent] = one?.cases ?? []
      if (one === undefined || sent === undefined) throw new Error('nothing was written')
      const bodies: string[] = []
      const model = openaiCompatible({
        model: 'm',
        apiKey: 'k',
        baseUrl: 'https://example.org/v1',
        fetch: async (_, init) => {
          bodies.push(String(init?.body))
          return new Response('{}', { status: 400 })
        },
      })
      const program = await importedProgram(one.file)
      const learned = program.withState({ [one.path]: { ...program.state[one.path], ...sent.state } })
      await learned.run(sent.input, { model }).catch(() => undefined)
      expect(JSON.stringify(JSON.parse(bodies[0] ?? '').messages)).toBe(JSON.stringify(sent.messages))
    })
  },
)
