import type { Example } from '../data/example.ts'
import type { RecentlyUsed } from '../data/recently-used.ts'
import type { UsageLedger } from '../data/usage-ledger.ts'
import { demoPool, neighborsOf } from '../modules/demo-pool.ts'
import { knnDemos } from '../modules/knn-demos.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Module } from '../ports/module.ts'
import type { Services } from './services.ts'

/** Whether a program learned rows of which the nearest are to be shown. */
export const hasNeighbors = ({ state, signature }: Module<Example, Example>): boolean =>
  neighborsOf(state) !== undefined &&
  demoPool(
    state,
    signature.inputs.map(({ name }) => name),
  ).texts.length > 0

/**
 * A program that shows the rows near its input, where it learned some and the server has an embedder; as it is otherwise.
 *
 * It is made for one request: in a Worker none may wait for what another asked. What outlives requests are vectors of rows.
 */
export const withNeighbors = async (
  program: Module<Example, Example>,
  { embedder, vectors }: Services,
  { tenant, usage }: { readonly tenant: string; readonly usage: UsageLedger },
): Promise<Module<Example, Example>> => {
  if (embedder === undefined || !hasNeighbors(program)) return program
  const asked = await embedder(tenant)
  const rows = new Set(
    demoPool(
      program.state,
      program.signature.inputs.map(({ name }) => name),
    ).texts,
  )
  return knnDemos(program, { embedder: vectors === undefined ? asked : remembering(asked, vectors, rows), usage })
}

/** An embedder that is asked once for each of these texts; the vectors of others are nobody's to keep. */
const remembering = (embedder: Embedder, memory: RecentlyUsed<Float32Array>, rows: ReadonlySet<string>): Embedder => ({
  id: embedder.id,
  async embed(texts, options = {}) {
    const keyOf = (text: string): string => JSON.stringify([embedder.id, options.role ?? 'passage', text])
    const known = texts.map(text => (rows.has(text) ? memory.get(keyOf(text))?.slice() : undefined))
    const missing = texts.filter((_, index) => known[index] === undefined)
    const found = missing.length === 0 ? [] : await embedder.embed(missing, options)
    let next = 0
    return texts.map((text, index) => {
      const kept = known[index]
      if (kept !== undefined) return kept
      const vector = found[next++] ?? new Float32Array()
      if (rows.has(text)) memory.set(keyOf(text), vector.slice(), vector.byteLength + 2 * text.length)
      return vector
    })
  },
})
