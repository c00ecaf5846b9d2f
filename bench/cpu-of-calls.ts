/*
 * Prints the CPU microseconds of one call of a peer's program, the model answering at once.
 *
 *   node cpu-of-calls.ts kkachi
 */
import { chatCompletion } from './chat-completion.ts'
import { type AnswerFormat, classifierOf, peers } from './peer.ts'
import { median } from './statistics.ts'

const module = process.argv[2] ?? ''
const format: AnswerFormat = peers.find(peer => peer.module === module)?.format ?? 'json'

const body = chatCompletion(format)
const headers = { 'content-type': 'application/json' }
const classify = await classifierOf(
  { name: module, module, format },
  { baseUrl: 'http://model.test/v1', fetch: async () => new Response(body, { headers }) },
)

const texts = Array.from({ length: 64 }, (_, index) => `A warm and clever film, number ${index}, seen twice already.`)
const label = await classify(texts[0] ?? '')
if (label !== 'positive') throw new Error(`${module} answered ${label}.`)

/** CPU microseconds a call, over calls enough to fill the time. */
const cpuOfCalls = async (milliseconds: number): Promise<number> => {
  const [start, end] = [process.cpuUsage(), performance.now() + milliseconds]
  let calls = 0
  while (performance.now() < end) for (const text of texts) calls += (await classify(text)) === label ? 1 : Number.NaN
  const { user, system } = process.cpuUsage(start)
  return (user + system) / calls
}

await cpuOfCalls(1_500)
const batches: number[] = []
for (let batch = 0; batch < 5; batch++) batches.push(await cpuOfCalls(250))
console.log(median(batches))
