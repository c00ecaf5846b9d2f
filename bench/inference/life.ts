import { kkachiBuild } from '../kkachi-build.ts'
import { median } from '../statistics.ts'
import type { BenchModel } from './bench-model.ts'
import { type Line, ms, type Part } from './figure.ts'
import { inFreshProcess } from './fresh-process.ts'

const start = `
  const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
  const begun = cpu()
  const { localModel } = await import('kkachi/node')
  const imported = cpu()
  const model = localModel('nano')
  await model.load()
  const loaded = cpu()
  await model.generate({ messages: [{ role: 'user', content: 'Say hello.' }], maxTokens: 1, temperature: 0 })
  console.log(JSON.stringify({ wall: performance.now(), begun, imported, loaded, first: cpu() }))
  await model.close()
`

/** Without load(), which warms up what this answer does not need: grammars, and a step. */
const startWithoutLoad = `
  const { localModel } = await import('kkachi/node')
  const model = localModel('nano')
  await model.generate({ messages: [{ role: 'user', content: 'Say hello.' }], maxTokens: 1, temperature: 0 })
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ wall: performance.now(), first: (user + system) / 1000 }))
  await model.close()
`

/**
 * Loads and closes a few times, since what the libraries themselves take is not given back. V8 collects as it does when memory
 * is short: otherwise it keeps empty pages of its heap for later, which is not memory of the model.
 */
const unload = (folder: string): string => `
  const { localModel } = await import('kkachi/node')
  const rss = async () => {
    for (let turn = 0; turn < 4; turn++) {
      gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    return process.memoryUsage.rss() / 2 ** 20
  }
  const round = async () => {
    const model = localModel(${JSON.stringify(folder)}, { threads: 1 })
    await model.generate({ messages: [{ role: 'user', content: 'Say hello. '.repeat(200) }], maxTokens: 4, temperature: 0 })
    const held = await rss()
    await model.close()
    return held
  }
  const before = await rss()
  await round()
  const once = await rss()
  let held = 0
  for (let turn = 0; turn < 4; turn++) held = await round()
  console.log(JSON.stringify({ before, once, held, after: await rss() }))
`

const select = `
  const { predict } = await import('kkachi')
  const program = predict('text -> label')
  const states = Array.from({ length: 1000 }, (_, index) => {
    const state = program.state
    return JSON.parse(JSON.stringify(state).replace(/"instructions":"[^"]*"/, '"instructions":"Variant ' + index + '"'))
  })
  const begun = performance.now()
  for (const state of states) program.withState(state)
  console.log(JSON.stringify({ each: (performance.now() - begun) / states.length }))
`

/** The allocator of Linux keeps what is freed in small pieces, and its share grows for a few loads; so it gives back all. */
const tight = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' }

/** From nothing to the first token, and back to nothing. */
export const lifePart = async (model: BenchModel, { rounds }: { readonly rounds: number }): Promise<Part> => {
  kkachiBuild()
  const starts: Readonly<Record<string, number>>[] = []
  const without: Readonly<Record<string, number>>[] = []
  for (let round = 0; round < rounds; round++) {
    starts.push(await inFreshProcess(start))
    without.push(await inFreshProcess(startWithoutLoad))
  }
  const of = (name: string): readonly number[] => starts.map(found => found[name] ?? Number.NaN)
  const spent = median(of('first'))
  const wall = Math.min(...of('wall'))
  const wallWithout = Math.min(...without.map(found => found.wall ?? Number.NaN))
  const parts = ['begun', 'imported', 'loaded', 'first'].map(name => median(of(name)))
  const steps = parts.map((value, index) => ms(value - (parts[index - 1] ?? 0)))

  const memory = await inFreshProcess(unload(model.folder), ['--expose-gc'], tight)
  const { before = 0, once = 0, held = 0, after = 0 } = memory
  const growth = after / once - 1
  const { each = Number.NaN } = await inFreshProcess(select)

  const lines: readonly Line[] = [
    {
      what: 'nano from a cold start to the first token, ms of CPU',
      bar: '<= 300',
      found: ms(spent),
      holds: spent <= 300,
    },
    {
      what: 'the same by the clock, the best of all rounds',
      bar: '<= 300 ms',
      found: `${ms(wall)} ms`,
      holds: wall <= 300,
    },
    {
      what: 'the same without load(), which makes grammars ready too',
      bar: '<= 300 ms',
      found: `${ms(wallWithout)} ms`,
      holds: wallWithout <= 300,
    },
    { what: 'selecting a program', bar: '< 1 ms', found: `${(each * 1000).toFixed(1)} µs`, holds: each < 1 },
    {
      what: 'memory after four more loads, beside after the first',
      bar: 'within 5 %',
      found: `${(100 * growth).toFixed(1)} %`,
      holds: growth <= 0.05,
    },
  ]
  return {
    title: 'From nothing to the first token, and back',
    how: `nano in a fresh process with the package as it is built, ${rounds} times: ms of CPU. Memory: what the process holds, in MiB, of the bench model, loaded and closed five times; libraries stay in memory once they are there. The allocator is told to give freed memory back (MALLOC_TRIM_THRESHOLD_): left alone, glibc keeps some of it. V8 collects as it does when memory is short.`,
    head: [
      'Node itself',
      'importing kkachi/node',
      'loading',
      'first token',
      'memory at first',
      'loaded',
      'closed once',
      'closed five times',
    ],
    rows: [[...steps, ...[before, held, once, after].map(value => value.toFixed(0))]],
    lines,
  }
}
