import type { Clock, LanguageModel } from 'kkachi'
import { kkachiBuild } from '../kkachi-build.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'

const calls = 1_000_000
const warm = 100_000
const concurrency = 64
const mostGrowthMb = 2

/** A minute of the decorators passes in a second, so that windows of a minute fill and empty many times. */
const hurried: Clock = {
  now: () => performance.now() * 60,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const timer = setTimeout(resolve, ms / 60)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
  alarm(ms, ring) {
    const timer = setTimeout(ring, ms / 60)
    return () => clearTimeout(timer)
  },
}

const heapMb = (): number => {
  if (!globalThis.gc) throw new Error('Run it by `npm run endurance`, which gives it a collector of garbage.')
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const run = async (): Promise<readonly Figure[]> => {
  kkachiBuild()
  const { budgeted, cached, limited, ModelError, noUsage, predict, retried, usageLedger } = await import('kkachi')
  const usage = { ...noUsage, calls: 1, attempts: 1, inputTokens: 60, outputTokens: 10 }
  let asked = 0
  const scripted: LanguageModel = {
    id: 'scripted',
    async generate() {
      asked += 1
      if (asked % 10 === 0) throw new ModelError('model/server', 'busy', { model: 'scripted', attempts: 1 })
      return { completions: [{ text: '[[ ## label ## ]]\npositive', finishReason: 'stop' }], usage }
    },
    async *stream() {},
  }
  const perMinute = { requestsPerMinute: 100_000, tokensPerMinute: 30_000_000 }
  const inner = limited(scripted, { concurrency, ...perMinute, clock: hurried })
  const paid = budgeted(inner, {
    calls: 2 * calls,
    tokens: 4_000 * calls,
    usd: 1e9,
    prices: { [inner.id]: { input: 1, output: 1 } },
    clock: hurried,
  })
  const model = cached(retried(paid, { baseDelayMs: 10, clock: hurried }), { maxEntries: 1_000 })
  const classify = predict("text -> label: 'positive' | 'negative'")
  const ledger = usageLedger()

  /** Every other call repeats one that was made a moment ago. */
  const callUpTo = async (from: number, to: number): Promise<void> => {
    let next = from
    const work = async (): Promise<void> => {
      while (next < to) {
        const number = next++
        const text = `A warm and clever film, number ${number % 2 === 0 ? number : Math.max(0, number - 501)}.`
        const { label } = await classify.run({ text }, { model, usage: ledger })
        if (label !== 'positive') throw new Error(`Call ${number} answered ${label}.`)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  }

  await callUpTo(0, warm)
  const startMb = heapMb()
  const began = performance.now()
  let worstMb = startMb
  for (let from = warm; from < calls; from += 100_000) {
    await callUpTo(from, from + 100_000)
    const mb = heapMb()
    worstMb = Math.max(worstMb, mb)
    process.stderr.write(`${from + 100_000} calls: ${mb.toFixed(1)} MB\n`)
  }
  const perSecond = (calls - warm) / ((performance.now() - began) / 1000)
  const endMb = heapMb()
  const { cachedCalls, attempts } = ledger.total
  return [
    {
      library: 'Kkachi',
      text: `${startMb.toFixed(1)} MB, then ${endMb.toFixed(1)} MB (at most ${worstMb.toFixed(1)}); ${perSecond.toFixed(0)} calls/s; ${cachedCalls} from the cache, ${attempts} requests`,
      ...(endMb - startMb > mostGrowthMb ? { misses: true } : {}),
    },
  ]
}

export const endurance: Measure = {
  title: 'Heap over a million calls',
  aim: `grows by less than ${mostGrowthMb} MB`,
  how: `${calls} predictions, ${concurrency} at once, through cached(retried(budgeted(limited()))), every other one a repetition, every tenth request failing; the heap after a collection, after ${warm} calls and after all.`,
  run,
}

await runAlone(import.meta, endurance)
