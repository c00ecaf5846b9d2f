import { bundle, type Host, hosts } from '../bundle.ts'
import { kkachiBuild } from '../kkachi-build.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { dspy, type Peer, peers } from '../peer.ts'

const aimBytes = 20_000

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1)

const figure = async ({ name, module }: Peer): Promise<Figure> => {
  const bundles = await Promise.all(Object.keys(hosts).map(host => bundle(module, host as Host)))
  const builtins = [...new Set(bundles.flatMap(({ external }) => external))]
  const largest = Math.max(...bundles.map(({ gzipBytes }) => gzipBytes))
  if (name === 'Kkachi' && builtins.length > 0)
    throw new Error(`Kkachi's bundle still imports ${builtins.join(', ')}. Expected no Node built-in.`)
  const left = builtins.length > 0 ? `, imports ${builtins.length} built-ins` : ''
  const misses = name === 'Kkachi' && largest >= aimBytes
  return { library: name, text: `${kilobytes(largest)} kB${left}`, ...(misses ? { misses } : {}) }
}

const run = async (): Promise<readonly Figure[]> => {
  kkachiBuild()
  return [...(await Promise.all(peers.map(figure))), { library: dspy.name, text: 'does not apply' }]
}

export const size: Measure = {
  title: 'Program, gzip',
  aim: `< ${kilobytes(aimBytes)} kB`,
  how: 'A program of one signature and one remote model, bundled and minified by esbuild for a neutral platform, browsers and workerd; the largest of the three, gzip -9. Kkachi fails the run if a Node built-in is left in any.',
  run,
}

await runAlone(import.meta, size)
