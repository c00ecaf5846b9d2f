import type { Clock } from '../ports/clock.ts'
import type { CodeInterpreter } from '../ports/code-interpreter.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { systemClock } from '../ports/system-clock.ts'
import { checkedSession } from './checked-session.ts'
import { type EngineSource, engineLoader } from './engine-loader.ts'
import { limitsOf, sessionLimits } from './limits.ts'
import { openSession } from './open-session.ts'

export interface QuickjsInterpreterOptions {
  readonly engine: EngineSource
  /** For sessions that say nothing else; see `sessionLimits`. */
  readonly limits?: Partial<SandboxLimits>
  /** By which `timeMs` is counted; what the code itself sees of time is in the session. */
  readonly clock?: Clock
}

/**
 * Runs JavaScript that models write in QuickJS, an interpreter compiled to WebAssembly: the same file, and the same
 * answers and limits, in Node, Workers and browsers; see `quickjsSandbox`.
 *
 * Every session has an engine of its own: a few milliseconds to start, 6 MB and what the code keeps. A piece holds the
 * thread until it ends or waits for a function of the host.
 *
 * @throws ConfigurationError `configuration/invalid` when the limits cannot be used
 * @see https://github.com/quickjs-ng/quickjs 0.12.1, as built by quickjs-emscripten 0.32
 * @example
 * const interpreter = quickjsInterpreter({ engine: quickjsEngine }) // of kkachi/node
 * const session = await interpreter.open({ variables: { rows: [1, 2] } })
 * await session.run('const sum = rows[0] + rows[1]')
 * await session.run('print(sum)') // { output: '3' }
 * await programOfThought('question -> answer: number').run({ question }, { model, interpreter })
 */
export const quickjsInterpreter = ({
  engine,
  limits,
  clock = systemClock,
}: QuickjsInterpreterOptions): CodeInterpreter => {
  const defaults = limitsOf(limits, sessionLimits)
  const load = engineLoader(engine)
  return {
    async open(options = {}) {
      const checked = checkedSession(options, defaults)
      return openSession(await load(), checked, new Map(Object.entries(options.functions ?? {})), clock)
    },
  }
}
