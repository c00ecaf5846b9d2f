import type { HeldOutTask } from './held-out-items.ts'
import { heldOutWorld } from './held-out-world.ts'
import { simulatedWorld } from './simulated-world.ts'
import type { World } from './world.ts'
import type { Difficulty, TaskName } from './world-items.ts'

const worlds = new Map<string, World>()

/** The world of a name: `classify-easy-3`, `extract-hard-1`, `multi-hop-easy-2`; held out are `route-…` and `file-…`. */
export const worldOf = (name: string): World => {
  const known = worlds.get(name)
  if (known) return known
  const [, task, difficulty, seed] = /^(classify|extract|multi-hop|route|file)-(easy|hard)-(\d+)$/.exec(name) ?? []
  if (task === undefined) throw new RangeError(`Expected the name of a world, got '${name}'. Write classify-easy-1.`)
  const options = { difficulty: difficulty as Difficulty, seed: Number(seed) }
  const world =
    task === 'route' || task === 'file'
      ? heldOutWorld({ task: task as HeldOutTask, ...options })
      : simulatedWorld({ task: task as TaskName, ...options })
  worlds.set(name, world)
  return world
}
