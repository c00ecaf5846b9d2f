import { readFileSync } from 'node:fs'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { editDistance } from '../../src/kernels/edit-distance.ts'
import { wasmKernels } from '../../src/kernels/wasm-kernels.ts'
import type { TextKernels } from '../../src/ports/text-kernels.ts'
import type { VectorKernels } from '../../src/ports/vector-kernels.ts'
import { quantize } from '../../src/retrieval/quantize.ts'
import { referenceKernels } from '../../src/retrieval/reference-kernels.ts'
import { vectorIndex } from '../../src/retrieval/vector-index.ts'
import { interleaved, median, ratio } from '../statistics.ts'
import { cpuOf } from './cpu-time.ts'
import { atLeast, type Line, ms, type Part, times } from './figure.ts'
import { printPart } from './results-file.ts'

/** A piece of work that both kinds of kernels do, with what it found, to be compared. */
interface Job {
  readonly what: string
  readonly bar?: number
  readonly run: (kernels: VectorKernels & TextKernels) => unknown
}

const names = ['typescript', 'wasm'] as const

/** The kernels in WebAssembly beside the TypeScript they stand for: `node bench/inference/kernels.ts`. */
export const kernelsPart = async ({ rounds = 9 }: { readonly rounds?: number } = {}): Promise<Part> => {
  const bytes = readFileSync(new URL('../../wasm/built/kernels.wasm', import.meta.url))
  const wasm = await wasmKernels(bytes)
  const kinds = { typescript: { ...referenceKernels, editDistance }, wasm }
  const rows: string[][] = []
  const lines: Line[] = []
  for (const { what, bar, run } of [...searches(kinds), ...distances()]) {
    const found = new Map<string, string>()
    const spent = await interleaved(names, rounds, name =>
      cpuOf(async () => void found.set(name, JSON.stringify(run(kinds[name])))),
    )
    const [plain, fast] = [spent.get('typescript') ?? [], spent.get('wasm') ?? []]
    const gain = ratio(plain.slice(2), fast.slice(2)) // the first rounds compile
    const same = found.get('typescript') === found.get('wasm')
    rows.push([what, ms(median(plain)), ms(median(fast)), times(gain), same ? 'yes' : 'no'])
    if (bar === undefined) continue
    const line = atLeast(what, gain, bar)
    lines.push({ ...line, holds: line.holds === true && same })
  }
  return {
    title: 'Kernels in WebAssembly',
    how: 'The same work with both kinds of kernels, ms of CPU time. A search is all of `search()` of an index, the products and what they are needed for.',
    head: ['', 'TypeScript', 'WebAssembly', 'ratio', 'same result'],
    rows,
    lines,
  }
}

/** The products alone, and all of a search. Five queries: one is too short to be measured. */
const searches = (kinds: Readonly<Record<(typeof names)[number], VectorKernels & TextKernels>>): readonly Job[] => {
  const random = seededRandom(7)
  const [count, dimensions] = [50_000, 384]
  const vectors = Array.from({ length: count }, () =>
    Float32Array.from({ length: dimensions }, () => random.random() - 0.5),
  )
  const queries = vectors.slice(0, 5).map(vector => vector.map(value => value + 0.3 * (random.random() - 0.5)))
  const made = new Map(
    Object.values(kinds).map(kernels => {
      const [floats, bytes] = [kernels.floats(count, dimensions), kernels.bytes(count, dimensions)]
      const [exact, quantized] = [false, true].map(isQuantized => {
        const index = vectorIndex<null>({ embedder: 'bench/random', quantized: isQuantized, kernels })
        index.add(vectors.map((vector, row) => ({ id: String(row), vector, metadata: null })))
        return index
      })
      for (const [row, vector] of vectors.entries()) {
        floats.set(vector, row * dimensions)
        bytes.set(quantize(vector).bytes, row * dimensions)
      }
      return [kernels, { floats, bytes, exact, quantized }]
    }),
  )
  const [sums, wholes] = [new Float64Array(count), new Int32Array(count)]
  return [
    {
      what: '5 x products with 50,000 x 384 floats',
      bar: 3,
      run: kernels => {
        const { floats = new Float32Array() } = made.get(kernels) ?? {}
        for (const query of queries) kernels.dots(floats, count, query, sums)
        return Math.round(1_000 * (sums.at(-1) ?? 0)) // but for rounding
      },
    },
    {
      what: '5 x products with 50,000 x 384 bytes',
      bar: 10,
      run: kernels => {
        const { bytes = new Int8Array() } = made.get(kernels) ?? {}
        for (const query of queries) kernels.dotsInt8(bytes, count, quantize(query).bytes, wholes)
        return [...wholes.subarray(0, 100)]
      },
    },
    ...(['exact', 'quantized'] as const).map(kind => ({
      what: `5 x ten nearest of 50,000 x 384, ${kind}`,
      run: (kernels: VectorKernels & TextKernels) =>
        queries.map(query =>
          made
            .get(kernels)
            ?.[kind]?.search(query, { k: 10 })
            .map(({ id }) => id),
        ),
    })),
  ]
}

/** Every length takes about the same time, by repeating the short ones. */
const distances = (): readonly Job[] =>
  [20, 100, 500, 5_000].map(length => {
    const random = seededRandom(length)
    const text = (): string =>
      Array.from({ length }, () => String.fromCharCode(97 + Math.floor(26 * random.random()))).join('')
    const pairs = Array.from({ length: Math.ceil(40_000_000 / (length + 100) ** 2) }, () => [text(), text()] as const)
    return {
      what: `${pairs.length} x edit distance of ${length} letters`,
      ...(length < 500 ? {} : { bar: 4 }),
      run: kernels => pairs.map(([left, right]) => kernels.editDistance(left, right)),
    }
  })

if (import.meta.main) printPart(await kernelsPart())
