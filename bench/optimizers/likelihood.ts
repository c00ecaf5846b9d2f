/**
 * How many calls a choice among sets of demos takes on `nano`: by right and wrong of its answers, and by the probability
 * of the right answer. Prints a table; nothing is drawn but by the seed.
 *
 * node bench/optimizers/likelihood.ts
 */
import { readFileSync } from 'node:fs'
import { localModel } from '../../node/models/local-model.ts'
import { mapConcurrently } from '../../src/data/map-concurrently.ts'
import { derive, seededRandom } from '../../src/data/seeded-random.ts'
import { evaluateExample } from '../../src/evaluation/evaluate-example.ts'
import { exactMatch } from '../../src/evaluation/exact-match.ts'
import { predict } from '../../src/modules/predict.ts'
import type { Demo } from '../../src/ports/module.ts'
import { answerLikelihood } from '../../src/search/answer-likelihood.ts'
import { withDemos } from '../../src/search/demos.ts'

const tasks = {
  sentiment: 'text -> label',
  spam: 'text -> label',
  routing: 'text -> label',
  qa: 'context, question -> answer',
}
const [candidates, chosenBy, draws] = [16, 40, 2_000]
const counts = [1, 2, 4, 8, 16, 32]

const read = (task: string, part: string): readonly Demo[] =>
  readFileSync(new URL(`../../examples/data/${task}/${part}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

const all = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) => {
  const working = mapConcurrently(items, { concurrency: 8 }, work)
  for (;;) {
    const step = await working.next()
    if (step.done) return step.value
  }
}

const model = localModel('nano')
const bySignal = new Map<string, Map<number, number[]>>()
console.log(
  `nano, ${candidates} sets of 0 to 3 demos, chosen by rows of training, ${draws} draws: the score of the chosen on 100 dev rows, in points below the best`,
)
for (const [task, fields] of Object.entries(tasks)) {
  const [train, dev] = [read(task, 'train'), read(task, 'dev')]
  const choosing = train.slice(-chosenBy)
  const both = [...choosing, ...dev]
  const inputs = Object.keys(dev[0] ?? {}).filter(name => fields.split('->')[0]?.includes(name))
  const program = predict(fields)
  const output = Object.keys(dev[0] ?? {}).find(name => !inputs.includes(name)) ?? ''
  const random = seededRandom(7)
  const states = Array.from({ length: candidates }, (_, index) => {
    const demos = random.sample(train.slice(0, -chosenBy), index % 4)
    return withDemos(program.state, () => demos)
  })
  const likelihood = answerLikelihood(program, { model })
  const right: number[][] = []
  const probability: number[][] = []
  const logprob: number[][] = []
  let [runMs, scoreMs] = [0, 0]
  for (const state of states) {
    let began = performance.now()
    right.push(
      await all(both, async row => {
        const metric = exactMatch(output as never) as never
        const { score } = await evaluateExample(program.withState(state) as never, row as never, {
          ...{ metric, index: 0, failureScore: 0 },
          context: { model },
        })
        return score
      }),
    )
    runMs += performance.now() - began
    began = performance.now()
    const likely = await all(choosing, row => likelihood?.of(state, row) ?? Promise.resolve(undefined))
    scoreMs += performance.now() - began
    probability.push(likely.map(one => one?.probability ?? Number.NaN))
    logprob.push(likely.map(one => one?.logprob ?? Number.NaN))
  }
  const truth = right.map(scores => mean(scores.slice(chosenBy)))
  const best = Math.max(...truth)
  console.log(
    `\n${task}: true scores ${truth.map(score => Math.round(100 * score)).join(' ')}; means of probability ${probability.map(one => Math.round(100 * mean(one))).join(' ')}; a run ${(runMs / candidates / both.length).toFixed(0)} ms, a score ${(scoreMs / candidates / chosenBy).toFixed(0)} ms`,
  )
  for (const [signal, values] of Object.entries({ 'right or wrong': right, probability, logprob })) {
    const regrets = counts.map(count => {
      const dice = derive(11, `${task} ${count}`)
      const lost: number[] = []
      for (let draw = 0; draw < draws; draw += 1) {
        const places = dice.sample([...choosing.keys()], count)
        const means = values.map(of => mean(places.map(place => of[place] ?? 0)))
        const most = Math.max(...means)
        const tied = [...means.keys()].filter(index => means[index] === most)
        // Where several tie, any of them may be chosen.
        lost.push(best - mean(tied.map(index => truth[index] ?? 0)))
      }
      return 100 * mean(lost)
    })
    const before = bySignal.get(signal) ?? new Map<number, number[]>()
    for (const [place, count] of counts.entries())
      before.set(count, [...(before.get(count) ?? []), regrets[place] ?? 0])
    bySignal.set(signal, before)
    console.log(
      `  ${signal.padEnd(15)} ${counts.map((count, place) => `${count} rows: ${(regrets[place] ?? 0).toFixed(1)}`).join('   ')}`,
    )
  }
}
console.log('\nmean of the tasks')
for (const [signal, regrets] of bySignal) {
  console.log(
    `  ${signal.padEnd(15)} ${counts.map(count => `${count} rows: ${mean(regrets.get(count) ?? []).toFixed(1)}`).join('   ')}`,
  )
}
