import { simulatedWorld } from './simulated-world.ts'
import type { World } from './world.ts'
import type { Difficulty, TaskName } from './world-items.ts'

const worlds = new Map<string, World>()

/** The world of a name: `classify-easy-3`, `extract-hard-1`, `multi-hop-easy-2`. */
export const worldOf = (name: string): World => {
  const known = worlds.get(name)
  if (known) return known
  const [, task, difficulty, seed] = /^(classify|extract|multi-hop)-(easy|hard)-(\d+)$/.exec(name) ?? []
  if (task === undefined) throw new RangeError(`Expected the name of a world, got '${name}'. Write classify-easy-1.`)
  const world = simulatedWorld({ task: task as TaskName, difficulty: difficulty as Difficulty, seed: Number(seed) })
  worlds.set(name, world)
  return world
}
