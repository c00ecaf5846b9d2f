import { expect, test } from 'vitest'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import { ensemble } from '../../src/modules/ensemble.ts'
import { majority } from '../../src/modules/majority.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'

test('the best candidates of a run vote as one program', async () => {
  const model = doublingModel()
  const result = await bootstrapRandomSearch({ candidates: 3 }).optimize(doubler(), {
    ...{ train: doublings(1, 16), dev: doublings(100, 8), metric: isRight, model },
  })
  const best = result.candidates.slice(0, 3).map(({ state }) => result.student.withState(state))
  const voting = ensemble(best, { reduce: answers => majority(answers, { field: 'answer' }) })

  const { question, answer } = { question: 'What is twice 205?', answer: '410' }
  const answers = await Promise.all(best.map(program => program.run({ question }, { model })))
  const voted = await voting.run({ question }, { model })
  expect(voted.answer).toBe(majority(answers, { field: 'answer' }).answer)
  expect(answers.map(given => given.answer)).toContain(answer)

  const held = doublings(200, 24)
  const alone = await Promise.all(best.map(program => evaluate(program, { examples: held, metric: isRight, model })))
  const together = await evaluate(voting, { examples: held, metric: isRight, model })
  expect(together.score).toBeGreaterThanOrEqual(Math.min(...alone.map(({ score }) => score)))
})
