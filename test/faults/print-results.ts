/*
 * Runs the laboratory as the peers were measured, prints its tables and writes them to results.md.
 *
 *   npm run faults
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, Timing } from './fault.ts'
import { hostileAnswers } from './hostile-answers.ts'
import { hostileServer, hostileTrial } from './hostile-trial.ts'
import { type Reading, type Trial, trial } from './laboratory.ts'
import { neverAnswered, outages } from './outages.ts'
import { plainFaults } from './plain-faults.ts'
import { streamFaults } from './stream-faults.ts'

const timing: Timing = { latencyMs: 20, retryAfterSeconds: 2, slowMs: 6_000, attemptDeadlineMs: 2_000 }

const seconds = (value: number): string => `${Number(value.toFixed(2))}s`

const cell = (of: Trial): string =>
  [
    `${of.ok}/${of.calls}`,
    ...(of.failed > 0 ? [`fail ${of.failed} (${[...of.codes.keys()].join(', ')})`] : []),
    ...(of.wrong > 0 ? [`**WRONG ${of.wrong}**`] : []),
    ...(of.damaged > 0 ? [`**DAMAGED ${of.damaged}**`] : []),
    ...(of.untyped.length > 0 ? [`**UNTYPED ${of.untyped.length}**`] : []),
    ...(of.hung > 0 ? [`**hung ${of.hung}**`] : []),
    ...(of.requests > of.calls ? [`+${of.requests - of.calls} req`] : []),
    ...(Number.isFinite(of.gapSeconds) ? [`gap ${of.gapSeconds.toFixed(1)}`] : []),
    seconds(of.seconds),
  ].join('; ')

// It takes its two minutes while everything else is measured.
const unanswered = { name: 'accepts and never answers, 1 call', ending: neverAnswered() }

const lines: string[] = []
const say = (line = ''): void => {
  console.log(line)
  lines.push(line)
}

const totals = { wrong: 0, damaged: 0, failed: 0, hung: 0 }

const measured = async (fault: Fault, reading: Reading): Promise<string> => {
  const result = await trial({ fault, timing, reading, seed: 1 })
  if (fault.owed !== 'undetectable') {
    totals.wrong += result.wrong
    totals.damaged += result.damaged
    totals.failed += result.failed
    totals.hung += result.hung
  }
  return cell(result)
}

const table = async (
  head: readonly string[],
  faults: readonly Fault[],
  readings: readonly Reading[],
): Promise<void> => {
  say(`| ${['fault', 'owed', ...head].join(' | ')} |`)
  say(`|${'---|'.repeat(head.length + 2)}`)
  for (const fault of faults) {
    const cells: string[] = []
    for (const reading of readings) cells.push(await measured(fault, reading))
    say(`| ${[fault.name, fault.owed, ...cells].join(' | ')} |`)
  }
  say()
}

say('# Faults: what Kkachi does')
say()
say(
  `Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run faults\`, Node ${process.version}. Each row: 200 typed calls (ticket -> team, quote), 16 at once, through \`retried(openaiCompatible())\` with its default settings, against a real server that spoils 10 % of the requests, decided by seed, request and attempt; at most two in a row of one request. Latency 20 ms; Retry-After asks for 2 s; a slow answer takes 6 s, and the rows about time set \`attemptDeadlineMs: 2_000\`.`,
)
say()
say(
  '`owed`: what the row owes its caller: an `answer` (the fault passes), an `error` (typed, at once, never repeated), or nothing (`undetectable`). `ok/calls`; `fail` = rejected with a typed error; **WRONG** = resolved with another team; **DAMAGED** = right team, damaged quote; `+n req` = requests beyond one per call; `gap` = least seconds between a fault and the next attempt of the same request; last: seconds for all calls.',
)
say()
say('## Plain requests')
say()
// The first run of a process compiles.
await trial({ fault: plainFaults[0] as Fault, timing, reading: 'run', seed: 2 })
await table(['Kkachi'], plainFaults, ['run'])

say('## Streaming')
say()
say(
  '`run` over a stream reads it to its end before it hands anything out, and may begin again. `stream` cannot take back what a reader has seen: after that it fails with a typed error.',
)
say()
await table(['`run` over a stream', '`stream`'], streamFaults, ['run over a stream', 'stream'])

say('## Silent damage, total over all fault rows (the duplicated event excluded)')
say()
say(`wrong ${totals.wrong}, damaged ${totals.damaged}, failed ${totals.failed}, hung ${totals.hung}`)
say()

say('## Outage (100 %)')
say()
say('| case | Kkachi |')
say('|---|---|')
const oneLine = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .slice(0, 200)
    .replaceAll('|', '\\|')
const endings = outages.map(({ name, run }) => ({ name, end: () => run(timing) }))
for (const { name, end } of [...endings, { name: unanswered.name, end: () => unanswered.ending }]) {
  const { ok, failed, requests, seconds: took, errors } = await end()
  const usual = errors[Math.floor(errors.length / 2)] // what most callers see
  const said = usual ? `: ${usual.code}: ${oneLine(usual.message)}` : ''
  say(
    `| ${name} | ${seconds(took)}, ${requests} req${ok > 0 ? `, ok ${ok}` : ''}${failed > 1 ? `, fail ${failed}` : ''}${said} |`,
  )
}
say()

say('## Hostile answers (one call each)')
say()
say('| case | Kkachi |')
say('|---|---|')
const server = await hostileServer()
for (const answer of hostileAnswers) {
  const { outcome, shown, ms, blockedMs, mebibytes } = await hostileTrial(server.origin, answer)
  const leaks =
    answer.kind === 'refusal' ? `; prompt: ${yes(/Ticket/.test(shown))}; key: ${yes(/sk-lab/.test(shown))}` : ''
  const weight = mebibytes >= 8 ? `, +${mebibytes.toFixed(0)} MiB` : ''
  const blocked = blockedMs >= 50 ? `, loop blocked ${blockedMs.toFixed(0)} ms` : ''
  const end = outcome === 'answer' ? 'the harmless part' : outcome
  say(`| ${answer.name} | ${end}${leaks}; ${ms.toFixed(0)} ms${weight}${blocked} |`)
}
server.close()
say()

writeFileSync(join(import.meta.dirname, 'results.md'), `${lines.join('\n').trimEnd()}\n`)

function yes(is: boolean): string {
  return is ? '**yes**' : 'no'
}
