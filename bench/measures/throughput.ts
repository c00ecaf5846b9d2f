import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { kkachiBuild } from '../kkachi-build.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { dspy, peers } from '../peer.ts'
import { python, runFile, runPython } from '../run-process.ts'
import { interleaved, median } from '../statistics.ts'

/** 64 in flight, 50 ms each. */
const bound = 64 / 0.05
const aimShare = 0.9
const rounds = 3

/** Runs the task beside a server of its own process, given the address without the format. */
const besideServer = async <T>(task: (origin: string) => Promise<T>): Promise<T> => {
  const file = join(import.meta.dirname, '..', 'slow-server.ts')
  const server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await once(server.stdout, 'data')
    return await task(`http://127.0.0.1:${String(port).trim()}`)
  } finally {
    server.kill()
  }
}

const run = async (): Promise<readonly Figure[]> => {
  kkachiBuild()
  const contenders = python ? [...peers, dspy] : peers
  const values = await besideServer(origin =>
    interleaved(contenders, rounds, peer => {
      const baseUrl = `${origin}/${peer.format}/v1`
      return 'module' in peer ? runFile('calls-in-flight.ts', peer.module, baseUrl) : runPython('calls', baseUrl)
    }),
  )
  const figures = [...values].map(([{ name }, of]): Figure => {
    const share = median(of) / bound
    const text = `${median(of).toFixed(0)}/s (${(share * 100).toFixed(0)} %)`
    return { library: name, text, ...(name === 'Kkachi' && share < aimShare ? { misses: true } : {}) }
  })
  return python ? figures : [...figures, { library: dspy.name, text: 'not installed' }]
}

export const throughput: Measure = {
  title: '64 in flight',
  aim: `>= ${aimShare * 100} % of ${bound}/s`,
  how: `Calls answered a second by a server of its own process with 50 ms of latency, which bounds them at ${bound}/s; warm, the median of ${rounds} interleaved rounds.`,
  run,
}

await runAlone(import.meta, throughput)
