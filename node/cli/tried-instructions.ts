import { canonicalJson } from '../../src/data/index.ts'
import type { OptimizationResult } from '../../src/index.ts'

/** Instructions worth trying again, at most. */
const kept = 4

/** The instructions of the best candidates that the result does not have, each once, by path. */
export const triedInstructions = ({
  state,
  candidates,
}: Pick<OptimizationResult<unknown, unknown>, 'state' | 'candidates'>): readonly Readonly<Record<string, string>>[] => {
  const textsOf = (learned: typeof state): Record<string, string> =>
    Object.fromEntries(
      Object.entries(learned)
        .map(([path, { signature }]) => [path, signature.instructions] as const)
        .filter(([, text]) => text.trim() !== ''),
    )
  const found = new Map<string, Record<string, string>>()
  for (const candidate of candidates) {
    const texts = textsOf(candidate.state)
    if (Object.keys(texts).length > 0) found.set(canonicalJson(texts), texts)
  }
  found.delete(canonicalJson(textsOf(state)))
  return [...found.values()].slice(0, kept)
}
