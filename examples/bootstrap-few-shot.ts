/**
 * The optimizer of the founding example: the program's own good answers become the demonstrations it is shown.
 * Runs offline, on the model in the repository: `npx node examples/bootstrap-few-shot.ts`.
 */
import { fileURLToPath } from 'node:url'
import { bootstrapFewShot, evaluate, exactMatch, predict } from 'kkachi'
import { loadRows, localModel } from 'kkachi/node'

const rowsOf = (part: string) => loadRows(fileURLToPath(new URL(`data/sentiment/${part}.jsonl`, import.meta.url)))
const [train, dev, test] = await Promise.all([rowsOf('train'), rowsOf('dev'), rowsOf('test')])

const model = localModel('nano')
const metric = exactMatch()
const student = predict('text -> label')

const optimizer = bootstrapFewShot({
  maxIterations: 2,
  batchSize: train.length,
  seed: 42,
  metricThreshold: 0.8,
  maxDemos: 5,
})
const run = optimizer.optimize(student, { train, dev, metric, model })
for await (const event of run) {
  if (event.type === 'candidate-evaluated') console.log(`${event.candidate.label}: ${event.candidate.score.toFixed(3)}`)
}
const { program, outcome, calls } = await run
console.log(`${outcome} after ${calls} calls, with ${program.state.self?.demos.length ?? 0} demos`)

const shown = ({ score, low, high }: { score: number; low: number; high: number }) =>
  `${score.toFixed(3)} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`
console.log('on held-out data, before:', shown(await evaluate(student, { examples: test, metric, model })))
console.log('on held-out data, after: ', shown(await evaluate(program, { examples: test, metric, model })))
