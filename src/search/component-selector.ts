import type { Candidate } from './candidate.ts'
import type { Component } from './components.ts'
import type { Observation } from './observation.ts'

/** Says which texts of a candidate are to be rewritten, for what it did. */
export type ComponentSelector = (
  candidate: Candidate,
  components: readonly Component[],
  observations: readonly Observation[],
) => readonly Component[]

/** All of them. */
export const allComponents: ComponentSelector = (_, components) => components

/**
 * One after the other. Each candidate begins where its parents, which have been asked more often, would go on.
 *
 * Keeps count, so that each search needs one of its own.
 */
export const roundRobin = (): ComponentSelector => {
  const next = new Map<number, number>()
  return ({ index, parents = [] }, components) => {
    if (components.length === 0) return []
    const place = next.get(index) ?? Math.max(0, ...parents.map(parent => next.get(parent) ?? 0))
    next.set(index, (place + 1) % components.length)
    return components.slice(place, place + 1)
  }
}
