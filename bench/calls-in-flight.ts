/*
 * Prints how many calls a second of a peer's program a server answers, 64 of them in flight.
 *
 *   node calls-in-flight.ts kkachi http://127.0.0.1:8080/sections/v1
 */
import { classifierOf } from './peer.ts'

const [module = '', baseUrl = ''] = process.argv.slice(2)
const inFlight = 64

const classify = await classifierOf({ name: module, module, format: 'json' }, { baseUrl, fetch })

/** Answers a second, counted until the time is up. */
const callsPerSecond = async (seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1_000
  let answered = 0
  const worker = async (_: unknown, index: number) => {
    while (performance.now() < end) {
      const label = await classify(`A warm and clever film, number ${index}, seen twice already.`)
      if (label !== 'positive') throw new Error(`${module} answered ${label}.`)
      if (performance.now() < end) answered++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return answered / seconds
}

await callsPerSecond(1)
console.log(await callsPerSecond(3))
process.exit()
