import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { chromiumPath, quietFlags } from '../../test/browser/chromium-path.ts'
import { ratio } from '../statistics.ts'
import type { BenchModel } from './bench-model.ts'
import type { ChromiumPage } from './chromium-page.ts'
import { atLeast, ms, type Part, times } from './figure.ts'
import type { BenchPrompt } from './workload.ts'

/** Numbers of a process in /proc that tell its parent, its user and system time in hundredths of a second. */
const parentField = 1
const timeFields = [11, 12] as const

/** ms of CPU of a process and all below it, on Linux. */
const cpuBelow = (root: number): number => {
  const found = new Map<number, readonly string[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8')
      found.set(Number(name), text.slice(text.lastIndexOf(')') + 2).split(' '))
    } catch {
      // It has ended since.
    }
  }
  const isBelow = (id: number): boolean =>
    id === root || (found.has(id) && isBelow(Number(found.get(id)?.[parentField])))
  let ticks = 0
  for (const [id, fields] of found) if (isBelow(id)) for (const field of timeFields) ticks += Number(fields[field])
  return ticks * 10
}

/** The same workload in Chromium, on WASM with one thread. */
export const chromiumPart = async (
  model: BenchModel,
  prompts: readonly BenchPrompt[],
  { rounds, fromScratch, tokens }: { readonly rounds: number; readonly fromScratch: number; readonly tokens: number },
): Promise<Part> => {
  const folder = mkdtempSync(join(tmpdir(), 'kkachi-bench-'))
  await build({
    entryPoints: [join(import.meta.dirname, 'chromium-page.ts')],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['browser'],
    external: ['node:*'],
  })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
  const runtime = join(import.meta.dirname, '..', '..', 'node_modules', 'onnxruntime-web', 'dist')
  const places: Readonly<Record<string, string>> = { models: model.folder, runtime }
  const types: Readonly<Record<string, string>> = {
    js: 'text/javascript',
    mjs: 'text/javascript',
    html: 'text/html',
    wasm: 'application/wasm',
  }
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const [, place = '', ...rest] = path.split('/')
    const file =
      place in places
        ? join(places[place] ?? '', ...(place === 'models' ? rest.slice(1) : rest))
        : join(folder, path === '/' ? 'index.html' : path)
    if (!existsSync(file)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const launched = await chromium.launchServer({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [...quietFlags],
  })
  try {
    const browser = await chromium.connect(launched.wsEndpoint())
    const page = await browser.newPage()
    page.setDefaultTimeout(0)
    page.on('pageerror', error => console.error(error))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => 'bench' in globalThis)
    await page.evaluate(facts => (globalThis as unknown as { bench: ChromiumPage }).bench.load(facts), model)
    const root = launched.process().pid ?? 0
    const ask = async (who: 'fromScratch' | 'ours', some: readonly BenchPrompt[]) => {
      const before = cpuBelow(root)
      const answers = await page.evaluate(
        ([name, list, count]) => (globalThis as unknown as { bench: ChromiumPage }).bench[name](list, count),
        [who, some, tokens] as const,
      )
      return { answers, spent: (cpuBelow(root) - before) / some.length }
    }
    const scratch: number[] = []
    const ours: number[] = []
    let same = 0
    // Both warm up: what is compiled and allocated first is no part of a request.
    await ask('fromScratch', prompts.slice(0, 1))
    await ask('ours', prompts.slice(0, 2))
    for (let round = 0; round < rounds; round++) {
      const theirs = await ask('fromScratch', prompts.slice(0, fromScratch))
      const mine = await ask('ours', prompts)
      scratch.push(theirs.spent)
      ours.push(mine.spent)
      same = theirs.answers.filter((answer, index) => answer.join() === mine.answers[index]?.join()).length
    }
    const gain = ratio(scratch, ours)
    return {
      title: 'In Chromium on WASM',
      how: `${prompts.length} examples, ${tokens} tokens each drawn freely, one thread; the CPU time of a request in ms, of all processes of the browser, the shared beginning counted in.`,
      head: ['transformers.js from scratch', 'Kkachi', 'scratch / Kkachi', 'same tokens'],
      rows: [[ms(scratch.at(-1) ?? 0), ms(ours.at(-1) ?? 0), times(gain), `${same} of ${fromScratch}`]],
      lines: [
        atLeast('Chromium on WASM: transformers.js from scratch / Kkachi', gain, 6),
        {
          what: 'Chromium on WASM: the same tokens',
          bar: 'all',
          found: `${same} of ${fromScratch}`,
          holds: same === fromScratch,
        },
      ],
    }
  } finally {
    await launched.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
}
