import { expect, test } from 'vitest'
import type { Metric } from '../../src/evaluation/metric.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { textOf } from '../../src/ports/message.ts'
import type { Module } from '../../src/ports/module.ts'
import { type ReflectOptions, reflect } from '../../src/search/reflective-proposer.ts'
import type { SearchEvent } from '../../src/search/search-event.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'

const train = [
  { mail: 'The parcel is wet.', queue: 'damage' },
  { mail: 'The parcel is late.', queue: 'delay' },
]

const sorter = () => predict('mail -> queue', { instructions: 'Say where the mail belongs.' })

const isRight = (row: { readonly queue: string }, prediction: { readonly queue: string }) => ({
  score: row.queue === prediction.queue ? 1 : 0,
  passed: row.queue === prediction.queue,
  feedback: `It belongs to ${row.queue}.`,
})

/** Runs a program on the training rows, reflects on it, and gives what was asked and what came of it. */
const reflected = async <Input, Output extends object, Row extends object>(
  student: Module<Input, Output>,
  rows: readonly Row[],
  metric: Metric<Row, Output>,
  answers: { readonly task: (text: string) => string; readonly proposal: ScriptedAnswer },
  { path = 'self', asks = 1, ...options }: ReflectOptions & { readonly path?: string; readonly asks?: number } = {},
) => {
  const isProposal = (text: string) => text.includes('[[ ## current_instructions ## ]]')
  const model = scriptedModel(({ messages }) => {
    const text = messages.map(textOf).join('\n')
    return isProposal(text) ? answers.proposal : answers.task(text)
  })
  const leaving = new AbortController().signal
  const run = searchRun(student, { train: rows, metric, model }, { seed: 0, leaving })
  const events: SearchEvent[] = []
  const finish = async <Result>(steps: AsyncGenerator<SearchEvent, Result, undefined>): Promise<Result> => {
    let step = await steps.next()
    for (; !step.done; step = await steps.next()) events.push(step.value)
    return step.value
  }
  const scored = await finish(run.score('student', student.state))
  if (scored === undefined) throw new Error('Expected a score.')
  const observed = await finish(run.observe(rows.map((_, row) => ({ candidate: scored, part: 'train' as const, row }))))
  const ask = { candidate: scored, path, observations: observed ?? [] }
  const texts = await finish(
    reflect(
      run,
      Array.from({ length: asks }, () => ask),
      options,
    ),
  )
  const asked = model.calls.map(({ messages }) => messages.map(textOf).join('\n')).filter(isProposal)
  return { texts, asked, events, record: run.promptModel.record }
}

const says = (instructions: string) =>
  `[[ ## findings ## ]]\nWet means damage.\n\n[[ ## instructions ## ]]\n${instructions}`

test('the prompt model sees the instructions, the failures first, what would have been right, and the feedback', async () => {
  const { texts, asked } = await reflected(sorter(), train, isRight, {
    task: () => '[[ ## queue ## ]]\ndelay',
    proposal: says('Wet parcels belong to damage.'),
  })
  expect(texts).toEqual(['Wet parcels belong to damage.'])
  const [prompt = ''] = asked
  expect(prompt).toContain('[[ ## current_instructions ## ]]\nSay where the mail belongs.')
  expect(prompt).toContain(
    'Example 1\nIt was given:\nmail: "The parcel is wet."\nIt gave:\nqueue: "delay"\nRight would have been:\nqueue: "damage"\nScore: 0\nFeedback: "It belongs to damage."\n\nExample 2\n',
  )
})

test('a student without instructions is told to have none, and gets a proposal', async () => {
  const { texts, asked } = await reflected(predict('mail -> queue'), train, isRight, {
    task: () => '[[ ## queue ## ]]\ndelay',
    proposal: says('Wet parcels belong to damage.'),
  })
  expect(texts).toEqual(['Wet parcels belong to damage.'])
  expect(asked[0]).toContain('(none yet')
})

test('several asks are several samples, asked at once', async () => {
  const { texts, record } = await reflected(
    sorter(),
    train,
    isRight,
    { task: () => '[[ ## queue ## ]]\ndelay', proposal: says('New.') },
    { asks: 3, wishes: 'Write German.' },
  )
  expect(texts).toEqual(['New.', 'New.', 'New.'])
  expect(record.asked).toBe(3)
})

test('wishes of the caller stand in the prompt', async () => {
  const { asked } = await reflected(
    sorter(),
    train,
    isRight,
    { task: () => '[[ ## queue ## ]]\ndelay', proposal: says('New.') },
    { wishes: 'Write German.' },
  )
  expect(asked[0]).toContain('Write German.')
})

test.each([
  ['an answer that cannot be read', 'I would rather not.'],
  ['empty instructions', says('')],
  ['the present instructions', says('Say where the mail belongs.')],
  ['an empty code fence', says('```\n```')],
])('%s is told as a failed proposal', async (_, proposal) => {
  const { texts, events } = await reflected(sorter(), train, isRight, {
    task: () => '[[ ## queue ## ]]\ndelay',
    proposal,
  })
  expect(texts).toEqual([undefined])
  expect(events.filter(event => event.type === 'proposal-failed')).toMatchObject([{ about: 'instructions of self' }])
})

test('instructions in a code fence lose it', async () => {
  const { texts } = await reflected(sorter(), train, isRight, {
    task: () => '[[ ## queue ## ]]\ndelay',
    proposal: says('```text\nWet is damage.\n```'),
  })
  expect(texts).toEqual(['Wet is damage.'])
})

test('an answer that could not be read is shown as it came, with what was wrong', async () => {
  const { asked } = await reflected(sorter(), train, isRight, {
    task: text => (text.includes('wet') ? 'Ask "somebody" else.' : '[[ ## queue ## ]]\ndelay'),
    proposal: says('New.'),
  })
  expect(asked[0]).toContain('Its step self failed: the answer could not be read as its output fields.')
  expect(asked[0]).toContain(String.raw`The answer: "Ask \"somebody\" else."`)
})

test('of a program of two predictors the one that is asked about is shown, with feedback of its own', async () => {
  const student = program(
    'mail -> queue',
    { topic: predict('mail -> topic'), sort: chainOfThought('mail, topic -> queue') },
    async ({ mail }, { topic, sort }) => sort({ mail, topic: (await topic({ mail })).topic }),
  )
  const metric: Metric<{ readonly queue: string }, { readonly queue: string }> = (row, prediction, _trace, scope) => ({
    ...isRight(row, prediction),
    feedback:
      scope?.predictor === undefined
        ? 'about the whole'
        : `about ${scope.predictor}, which gave ${JSON.stringify(scope.predictorTrace?.map(step => step.output))}`,
  })
  const { asked } = await reflected(
    student,
    train,
    metric,
    {
      task: text =>
        text.includes('[[ ## topic ## ]]\n{topic}')
          ? '[[ ## topic ## ]]\nweather'
          : '[[ ## reasoning ## ]]\nHm.\n\n[[ ## queue ## ]]\ndelay',
      proposal: says('New.'),
    },
    { path: 'topic' },
  )
  expect(asked[0]).toContain('It takes 2 steps: topic; sort.predict')
  expect(asked[0]).toContain('Its step topic gave:\ntopic: "weather"')
  expect(asked[0]).not.toContain('Its step sort.predict gave:')
  expect(asked[0]).toContain(String.raw`Feedback: "about topic, which gave [{\"topic\":\"weather\"}]"`)
})
