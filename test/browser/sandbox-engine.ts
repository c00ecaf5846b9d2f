import { compileEngine } from '../../src/sandbox/index.ts'

/** The engine, as a page loads it. */
export const engine = async () => {
  const answer = await fetch(new URL('../../sandbox/quickjs.wasm', import.meta.url))
  return compileEngine(await answer.arrayBuffer())
}
