import { kkachiBuild } from '../kkachi-build.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { dspy, peers } from '../peer.ts'
import { python, runFile, runPython } from '../run-process.ts'
import { interleaved, median, ratio } from '../statistics.ts'

/** 40 µs where bare fetch takes 7: as a ratio, for machines differ by more than libraries do. */
const aimRatio = 40 / 7
const rounds = 7
const inMemory = 'Kkachi, model in memory'

const contenders = [...peers.map(({ name }) => name), inMemory, ...(python ? [dspy.name] : [])]

const microseconds = (name: string): Promise<number> => {
  if (name === dspy.name) return runPython('cpu')
  const module = name === inMemory ? 'kkachi-in-memory' : peers.find(peer => peer.name === name)?.module
  return runFile('cpu-of-calls.ts', String(module))
}

const run = async (): Promise<readonly Figure[]> => {
  kkachiBuild()
  const values = await interleaved(contenders, rounds, microseconds)
  const bare = values.get('bare fetch') ?? []
  const figures = [...values].map(([library, of]) => ({
    library,
    text: `${median(of).toPrecision(3)} µs (${ratio(of, bare).toFixed(1)}x)`,
    ...(library === 'Kkachi' && ratio(of, bare) >= aimRatio ? { misses: true } : {}),
  }))
  return python ? figures : [...figures, { library: dspy.name, text: 'not installed' }]
}

export const cpu: Measure = {
  title: 'CPU per call',
  aim: `< ${aimRatio.toFixed(1)}x`,
  how: `User and system time of a call whose model answers at once: a fetch in the process that resolves with a ready Response. Each library in a process of its own, warm, the median of ${rounds} interleaved rounds, and times bare fetch. DSPy's model is a BaseLM that returns a ready response.`,
  run,
}

await runAlone(import.meta, cpu)
