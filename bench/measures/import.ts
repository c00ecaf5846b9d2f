import { kkachiBuild } from '../kkachi-build.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { dspy } from '../peer.ts'
import { python, runFile, runPython } from '../run-process.ts'
import { interleaved, median } from '../statistics.ts'

const aimMs = 10
const rounds = 11

/** What a program of each library imports. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'bare fetch': [],
  Kkachi: ['kkachi'],
  'instructor-js': ['@instructor-ai/instructor', 'openai', 'zod'],
  'Vercel AI SDK': ['ai', '@ai-sdk/openai', 'zod/v4'],
  Ax: ['@ax-llm/ax'],
}
const emptyPython = 'empty Python'

const contenders = [...Object.keys(packages), ...(python ? [emptyPython, dspy.name] : [])]

const milliseconds = (name: string): Promise<number> => {
  if (name === emptyPython) return runPython('nothing')
  return name === dspy.name ? runPython('import') : runFile('cpu-of-import.ts', ...(packages[name] ?? []))
}

const run = async (): Promise<readonly Figure[]> => {
  kkachiBuild()
  for (const name of contenders) await milliseconds(name) // brings the files into memory
  const values = await interleaved(contenders, rounds, milliseconds)
  const above = (name: string, empty: string) => {
    const nothing = values.get(empty) ?? []
    return median((values.get(name) ?? []).map((value, round) => value - (nothing[round] ?? Number.NaN)))
  }
  const figures = Object.keys(packages).map((library): Figure => {
    const value = above(library, 'bare fetch')
    const misses = library === 'Kkachi' && value >= aimMs
    return { library, text: `${value.toFixed(1)} ms`, ...(misses ? { misses } : {}) }
  })
  const text = python ? `${above(dspy.name, emptyPython).toFixed(0)} ms` : 'not installed'
  return [...figures, { library: dspy.name, text }]
}

export const imports: Measure = {
  title: 'Import',
  aim: `< ${aimMs} ms of CPU`,
  how: `User and system time of a fresh process that imports the library, less that of one that imports nothing; the median of ${rounds} interleaved rounds. What a program needs is imported: instructor-js with openai and zod, the AI SDK with its OpenAI provider and zod.`,
  run,
}

await runAlone(import.meta, imports)
