import { describe, expect, test } from 'vitest'
import { bestOfN } from '../../src/modules/best-of-n.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { ensemble } from '../../src/modules/ensemble.ts'
import { majority } from '../../src/modules/majority.ts'
import { multiChainComparison } from '../../src/modules/multi-chain-comparison.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { program } from '../../src/modules/program.ts'
import { refine } from '../../src/modules/refine.ts'
import { withContext } from '../../src/modules/with-context.ts'
import type { Module, ProgramEvent } from '../../src/ports/module.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

type Task = Module<{ question: string }, { answer: string }>

/** Every field that any of the predictors below is asked for, so that one answer serves them all. */
const fields = ['reasoning', 'rationale', 'answer', 'discussion', 'advice']

/** Answers after the question and the number of the call; a second time, where the first cannot be read. */
const model = () =>
  scriptedModel(({ messages }, index) => {
    const asked = JSON.stringify(messages)
    if (index === 1 && !asked.includes('could not be read')) return 'I will not say.'
    return fields
      .filter(name => asked.includes(`[[ ## ${name} ## ]]`))
      .map(name => `[[ ## ${name} ## ]]\n${name === 'advice' ? '{"self": "More."}' : `${name} ${'x'.repeat(index)}`}`)
      .join('\n\n')
  })

const ask = predict('question -> answer')
const tries = { n: 3, reward: (_: unknown, { answer }: { answer: string }) => answer.length % 7, threshold: 6 }
const modules: Readonly<Record<string, Task>> = {
  predict: ask,
  chainOfThought: chainOfThought('question -> answer'),
  program: program(
    'question -> answer',
    { hop: chainOfThought('question -> answer'), ask },
    async (input, { hop, ask }) => ask({ question: (await hop(input)).answer }),
  ),
  bestOfN: bestOfN(ask, tries),
  refine: refine(ask, tries),
  multiChainComparison: multiChainComparison('question -> answer', { sample: ask }) as Task,
  ensemble: ensemble([ask, chainOfThought('question -> answer')], { reduce: answers => majority(answers) }),
  withContext: withContext(ask, { sampling: { temperature: 0 } }),
  'bestOfN of refine in a program': program(
    'question -> answer',
    { best: bestOfN(refine(ask, tries), tries) },
    async (input, { best }) => best(input),
  ),
}

describe('a stream of every module', () => {
  test.each(Object.entries(modules))('ends in what a run gives, for the same calls: %s', async (_, module) => {
    const [ran, streamed] = [model(), model()]
    const prediction = await module.run({ question: 'q' }, { model: ran })
    const events: ProgramEvent<unknown>[] = []
    for await (const event of module.stream({ question: 'q' }, { model: streamed })) events.push(event)
    expect(events.at(-1)).toEqual({ type: 'prediction', prediction, usage: usageOf(prediction) })
    expect(streamed.calls.map(({ messages }) => messages)).toEqual(ran.calls.map(({ messages }) => messages))
    const told = events.flatMap(event => (event.type === 'field' && event.field === 'answer' ? event.delta : ''))
    expect(told.join('')).toContain(prediction.answer)
  })

  test('tells the first characters of the first field before the last field exists', async () => {
    const given: string[] = []
    const slow = scriptedModel(['[[ ## reasoning ## ]]\nIt is the largest.\n\n[[ ## answer ## ]]\nParis'])
    const watched = {
      ...slow,
      async *stream(request: Parameters<typeof slow.stream>[0]) {
        for await (const event of slow.stream(request)) {
          if (event.type === 'text') given.push(event.delta)
          yield event
        }
      },
    }
    const whole = program(
      'question -> answer',
      { think: chainOfThought('question -> answer') },
      async (input, { think }) => think(input),
    )
    for await (const event of whole.stream({ question: 'q' }, { model: watched })) {
      if (event.type !== 'field') continue
      expect([event.field, given.join('').includes('[[ ## answer')]).toEqual(['reasoning', false])
      break
    }
  })
})
