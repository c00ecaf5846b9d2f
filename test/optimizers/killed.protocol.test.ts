import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { puzzles, quizAnswer } from './quiz.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-killed-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lines = (rows: readonly object[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')

beforeAll(() => {
  writeFileSync(at('train.jsonl'), lines(puzzles(1, 14)))
  writeFileSync(at('dev.jsonl'), lines(puzzles(101, 12)))
})

/** A server of the quiz's model that notes the ids of its answers, and gives each run so many. */
const quizServer = async () => {
  const answered: string[] = []
  let run = { left: Number.POSITIVE_INFINITY, end: () => {} }
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8')
      const asking = run
      setTimeout(() => {
        // What a killed run has asked for is not answered any more, whether its socket is seen to be closed or not.
        if (response.destroyed || asking !== run || run.left === 0) return
        run.left -= 1
        if (run.left === 0) response.once('finish', run.end)
        const id = `call-${answered.length}-`
        answered.push(id)
        response.setHeader('x-request-id', id)
        response.setHeader('content-type', 'application/json')
        const message = { role: 'assistant', content: quizAnswer(JSON.parse(body)) }
        const usage = { prompt_tokens: 50, completion_tokens: 10, total_tokens: 60 }
        response.end(
          JSON.stringify({
            id,
            object: 'chat.completion',
            model: 'quiz',
            choices: [{ index: 0, message, finish_reason: 'stop' }],
            usage,
          }),
        )
      }, 3)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  const begin = (left: number, end: () => void): void => {
    run = { left, end }
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, answered, begin, close }
}

type QuizServer = Awaited<ReturnType<typeof quizServer>>

/** Runs `kkachi optimize` in a run's folder; killed as soon as the server has given so many answers. */
const optimize = (server: QuizServer, optimizer: string, run: string, killedAt?: number) =>
  new Promise<{ readonly signal: string | null; readonly code: number | null; readonly out: string }>(resolve => {
    const flags = [
      ...['optimize', '--signature', 'question -> answer', '--model', 'openai/quiz', '--base-url', server.url],
      ...['--train', at('train.jsonl'), '--dev', at('dev.jsonl'), '--metric', 'exact-match', '--seed', '3', '--json'],
      ...['--optimizer', optimizer, '--budget-calls', '160', '--run', at(run)],
    ]
    const program = fileURLToPath(new URL('../../bin/kkachi.mjs', import.meta.url))
    const child = spawn(process.execPath, [program, ...flags], {
      ...{ cwd: folder, env: { ...process.env, OPENAI_API_KEY: '', CI: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
    })
    let out = ''
    child.stdout.on('data', piece => {
      out += piece
    })
    child.stderr.on('data', piece => {
      out += piece
    })
    const kill = (): void => void child.kill('SIGKILL')
    server.begin(killedAt ?? Number.POSITIVE_INFINITY, kill)
    if (killedAt === 0) kill()
    child.on('close', (code, signal) => resolve({ code, signal, out }))
  })

/** Everything in the journal of a run. */
const journal = (run: string): string => {
  const calls = at(join(run, 'calls'))
  if (!existsSync(calls)) return ''
  const files = readdirSync(calls, { recursive: true, withFileTypes: true }).filter(
    // What lies in a hidden folder is a draft or a lock: not written to its end.
    file => file.isFile() && !file.parentPath.slice(folder.length).includes('/.'),
  )
  return files.map(file => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n')
}

/** Calls at once, when nobody says otherwise. */
const inFlight = 8

describe('kkachi optimize --run', () => {
  test.each([
    ['auto', 20],
    ['gepa', 8],
  ])(
    'with %s, killed %i times at random moments, repeats no journaled call and comes to the same program',
    async (optimizer, kills) => {
      const undisturbed = await quizServer()
      const whole = await optimize(undisturbed, optimizer, `${optimizer}-whole`)
      expect(whole).toMatchObject({ code: 0 })
      await undisturbed.close()
      const total = undisturbed.answered.length

      const server = await quizServer()
      const random = seededRandom(20)
      const run = `${optimizer}-killed`
      const keptOf = (ids: readonly string[]): readonly string[] => {
        const written = journal(run)
        return ids.filter(id => written.includes(id))
      }
      let killed = 0
      let kept: readonly string[] = []
      for (let isOver = false; !isOver; ) {
        const before = server.answered.length
        const moment = killed < kills ? random.integer(0, Math.floor((1.2 * total) / kills)) : undefined
        const ended = await optimize(server, optimizer, run, moment)
        const asked = server.answered.slice(before)
        const keptNow = keptOf(asked)
        // A call that is asked again would take the place of the answer that was kept; what is lost was in flight.
        expect(keptOf(kept)).toEqual(kept)
        expect(asked.length - keptNow.length).toBeLessThanOrEqual(ended.signal === 'SIGKILL' ? inFlight : 0)
        kept = [...kept, ...keptNow]
        if (ended.signal === 'SIGKILL') killed += 1
        else {
          expect(ended).toMatchObject({ code: 0 })
          isOver = true
        }
      }
      expect(killed).toBeGreaterThan(0.7 * kills)
      const program = (name: string): string => readFileSync(at(`${name}/program.json`), 'utf8')
      expect(program(run)).toBe(program(`${optimizer}-whole`))
      await server.close()
    },
    600_000,
  )
})
