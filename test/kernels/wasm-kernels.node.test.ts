import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { wasmKernels } from '../../src/kernels/wasm-kernels.ts'
import { webAssembly } from '../../src/ports/web-assembly.ts'
import { vectorIndex } from '../../src/retrieval/vector-index.ts'
import { describeKernels } from '../contracts/kernels-contract.ts'

const bytes = readFileSync(new URL('../../wasm/built/kernels.wasm', import.meta.url))

describeKernels('the kernels in WebAssembly, in Node', () => wasmKernels(bytes))

describe('wasmKernels', () => {
  test('takes what was built and recorded', () => {
    const record: unknown = JSON.parse(readFileSync(new URL('../../wasm/built/kernels.json', import.meta.url), 'utf8'))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(record).toMatchObject({ artefact: { bytes: bytes.length, sha256 } })
  })

  test('takes the module that they were compiled to', async () => {
    const kernels = await wasmKernels(await webAssembly().compile(bytes))
    expect(kernels.editDistance('magpie', 'maggie')).toBe(1)
  })

  test.each([
    ['bytes of something else', new Uint8Array([1, 2, 3])],
    ['another module', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
    ['no module', {}],
  ])('refuses %s', async (_, wasm) => {
    await expect(wasmKernels(wasm)).rejects.toMatchObject({ code: 'configuration/invalid', option: 'wasm' })
  })
})

describe('a vector index with them', () => {
  const vectorOf = (seed: number) => Float32Array.from({ length: 64 }, (_, at) => Math.sin(seed * 64 + at * at))
  const entries = Array.from({ length: 3_000 }, (_, row) => ({ id: `${row}`, vector: vectorOf(row), metadata: row }))

  test.each([false, true])('finds what it finds without, quantized %s, also after changes', async quantized => {
    const options = { embedder: 'test/sines', quantized }
    const [plain, fast] = [
      vectorIndex<number>(options),
      vectorIndex<number>({ ...options, kernels: await wasmKernels(bytes) }),
    ]
    for (const index of [plain, fast]) {
      index.add(entries.slice(0, 500))
      index.add(entries)
      index.remove(['7', '2999', '1200'])
    }
    for (const seed of [7, 1_200, 9_999]) {
      const [wanted, found] = [plain, fast].map(index => index.search(vectorOf(seed), { k: 10 }))
      expect(found?.map(({ id }) => id)).toEqual(wanted?.map(({ id }) => id))
      for (const [place, { score }] of found?.entries() ?? []) expect(score).toBeCloseTo(wanted?.[place]?.score ?? 0, 5)
    }
    expect(await fast.toBytes()).toEqual(await plain.toBytes())
  })
})
