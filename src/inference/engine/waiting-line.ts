import type { EngineWork } from './engine-work.ts'

/** Whether one comes before the other: by priority, then as they arrived. */
export const comesBefore = (one: EngineWork, other: EngineWork): boolean =>
  one.priority === other.priority ? one.arrival < other.arrival : one.priority < other.priority

/** Those that wait, in the order of their turn; whoever is aborted leaves at once. */
export interface WaitingLine {
  readonly length: number
  readonly first: EngineWork | undefined
  add(work: EngineWork): void
  /** Takes the first out. */
  shift(): void
  /** Takes all out. */
  empty(): readonly EngineWork[]
}

interface Waiting {
  readonly work: EngineWork
  readonly leave: () => void
}

export const waitingLine = (): WaitingLine => {
  let line: Waiting[] = []

  const release = ({ work, leave }: Waiting): EngineWork => {
    work.signal.removeEventListener('abort', leave)
    return work
  }

  return {
    get length() {
      return line.length
    },
    get first() {
      return line[0]?.work
    },
    add(work) {
      const entry: Waiting = {
        work,
        leave: () => {
          line.splice(line.indexOf(entry), 1)
          work.end()
          work.reject(work.signal.reason)
        },
      }
      if (work.signal.aborted) {
        work.end()
        work.reject(work.signal.reason)
        return
      }
      let place = line.length
      for (; place > 0; place -= 1) {
        const before = line[place - 1]
        if (before === undefined || comesBefore(before.work, work)) break
      }
      line.splice(place, 0, entry)
      work.signal.addEventListener('abort', entry.leave, { once: true })
    },
    shift() {
      const entry = line.shift()
      if (entry !== undefined) release(entry)
    },
    empty() {
      const all = line
      line = []
      return all.map(release)
    },
  }
}
