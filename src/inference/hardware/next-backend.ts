import type { BackendConfig } from '../backend-config.ts'
import type { BackendCandidates } from './backend-candidates.ts'
import { isHalf, leastSlots, type ModelNeed } from './model-need.ts'

/**
 * Why a backend cannot go on: it ran out of memory, computed other numbers than the CPU, lost its device, or refused the
 * network.
 */
export type BackendTrouble = 'memory' | 'numerics' | 'device-lost' | 'refused'

export interface LadderOptions {
  /** What fits, in the order of the manager. */
  readonly candidates: Pick<BackendCandidates, 'fitting'>
  readonly need: ModelNeed
  /** Whether a remote model stands behind the last step; false when absent. */
  readonly remote?: boolean
}

/**
 * The next step down from a backend, and nothing else: smaller weights, a smaller memory, the CPU, a remote model; undefined
 * where no step is left. Every step goes down, so that the ladder ends.
 *
 * 1. Memory: the next smaller weights there are; then half the tokens, down to the least; then the CPU; then remote.
 * 2. Other numbers: the same without `subgroups`; then weights in single precision; then the CPU; then remote.
 * 3. A lost device, or a network that was refused: the CPU; then remote.
 */
export const nextBackend = (
  from: BackendConfig,
  trouble: BackendTrouble,
  { candidates, need, remote = false }: LadderOptions,
): BackendConfig | undefined => {
  if (from.kind === 'remote') return undefined
  const because = (step: BackendConfig, reason: string): BackendConfig => ({
    ...step,
    reasons: [reason, ...step.reasons],
  })

  if (trouble === 'memory') {
    const smaller = smallerWeights(from, candidates.fitting, need)
    if (smaller) return because(smaller, `out of memory with ${from.weights}`)
    const slots = from.slots ?? need.slots
    if (slots > leastSlots(need)) {
      const half = Math.max(leastSlots(need), Math.floor(slots / 2))
      return because({ ...from, slots: half }, `out of memory with room for ${slots} tokens`)
    }
  }
  if (trouble === 'numerics' && from.kind === 'gpu') {
    if (from.hidesSubgroups !== true)
      return because({ ...from, hidesSubgroups: true }, 'its numbers are not those of the CPU')
    const exact = candidates.fitting.find(one => one.kind === 'gpu' && isHalf(from.weights) && !isHalf(one.weights))
    if (exact?.kind === 'gpu') {
      return because({ ...exact, hidesSubgroups: true }, `its numbers in ${from.weights} are not those of the CPU`)
    }
  }
  const cpu = from.kind === 'gpu' ? cpuFor(candidates.fitting, trouble, need) : undefined
  if (cpu) return because(cpu, troubles[trouble])
  return remote
    ? { kind: 'remote', reasons: [from.kind === 'cpu' ? `the CPU: ${troubles[trouble]}` : troubles[trouble]] }
    : undefined
}

const troubles: Readonly<Record<BackendTrouble, string>> = {
  memory: 'it ran out of memory',
  numerics: 'it computed other numbers than the CPU',
  'device-lost': 'the device was lost',
  refused: 'it refused the network',
}

/** Those next below in size, on the same kind of device. */
const smallerWeights = (
  from: Exclude<BackendConfig, { kind: 'remote' }>,
  fitting: readonly BackendConfig[],
  need: ModelNeed,
): BackendConfig | undefined => {
  const bytes = (one: BackendConfig): number => (one.kind === 'remote' ? 0 : (need.weights[one.weights] ?? 0))
  // Where the numbers were wrong it came to single precision, and does not go back.
  const staysExact = from.kind === 'gpu' && from.hidesSubgroups === true && !isHalf(from.weights)
  const same = fitting.filter(
    one =>
      one.kind !== 'remote' &&
      one.kind === from.kind &&
      bytes(one) < bytes(from) &&
      !(staysExact && isHalf(one.weights)),
  )
  const next = same.reduce<BackendConfig | undefined>(
    (best, one) => (best === undefined || bytes(one) > bytes(best) ? one : best),
    undefined,
  )
  if (next === undefined) return undefined
  const hides =
    next.kind === 'gpu' && from.kind === 'gpu' && from.hidesSubgroups === true ? { hidesSubgroups: true } : {}
  return { ...next, ...hides, ...(from.slots === undefined ? {} : { slots: from.slots }) }
}

/** The best on the CPU, or after a lack of memory the smallest. */
const cpuFor = (
  fitting: readonly BackendConfig[],
  trouble: BackendTrouble,
  need: ModelNeed,
): BackendConfig | undefined => {
  const all = fitting.flatMap(one => (one.kind === 'cpu' ? [one] : []))
  if (trouble !== 'memory') return all[0]
  return all.toSorted((a, b) => (need.weights[a.weights] ?? 0) - (need.weights[b.weights] ?? 0))[0]
}
