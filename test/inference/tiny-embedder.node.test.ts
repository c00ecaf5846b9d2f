import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folderFiles } from '../../node/inference/folder-files.ts'
import { localEmbedder } from '../../node/models/local-embedder.ts'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

/** The real library on a real, if tiny, network: `training/make_tiny_embedder.py` writes it. */
const folder = fileURLToPath(new URL('./tiny-embedder', import.meta.url))
const embedder = localEmbedder(folder)

describeEmbedder('a local ONNX embedder', { make: () => embedder, tolerance: 1e-5 })

describeEmbedder('a local ONNX embedder that is loaded anew', { make: () => localEmbedder(folder), tolerance: 1e-5 })

const cosine = (a: Float32Array = new Float32Array(), b: Float32Array = a): number =>
  a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0)

test('has the files it was made with', async () => {
  expect(await folderFiles(folder).digest()).toBe('74b1113e1eeee3409942577530e6ec93d0350818555a9b36a6eb295da9e66132')
})

test('gives vectors of length 1, near for texts of the same words', async () => {
  const [seoul, question, other] = await embedder.embed([
    'Seoul is the capital of Korea.',
    'the capital of korea',
    'xyz 42',
  ])
  expect(cosine(seoul)).toBeCloseTo(1, 5)
  expect(seoul).toHaveLength(16)
  expect(cosine(seoul, question)).toBeGreaterThan(cosine(seoul, other))
})

test('reads as much of a long text as it can, and counts tokens', async () => {
  const usage = usageLedger()
  const [long] = await embedder.embed(['capital '.repeat(500)], { usage })
  expect(long?.every(Number.isFinite)).toBe(true)
  expect(usage.total.inputTokens).toBeGreaterThan(0)
})

test('of a folder that is none fails by name', () => {
  expect(() => localEmbedder('/nowhere/at/all')).toThrow(/Expected a folder with a config\.json.*\/nowhere\/at\/all/)
})

test('gives a text the same vector whatever is beside it', async () => {
  const texts = ['Seoul', 'the capital of korea is a large city', '']
  const together = await embedder.embed(texts)
  for (const [index, text] of texts.entries()) {
    const [alone] = await embedder.embed([text])
    expect(cosine(alone, together[index])).toBeCloseTo(1, 5)
  }
})
