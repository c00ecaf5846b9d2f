/** What stands before an answer: nothing else may, where the answer is to be read while it arrives. */
const thought = { open: '<think>', close: '</think>' } as const
const fence = '```'
/** A fence names a language; what is longer is something else. */
const longestFenceLine = 40

/**
 * Finds the brace with which an answer begins, after blanks, a thought and a fence.
 *
 * `push` gives what follows the brace as soon as it is there; undefined while that cannot be told; false when the answer
 * begins with anything else.
 */
export const answerLead = (): { push(delta: string): string | false | undefined } => {
  let state: 'before' | 'thinking' | 'thought' | 'answering' = 'before'
  let pending = ''

  /** Whether it can be told what the answer begins with. */
  const afterThought = (): boolean => {
    if (state === 'before') {
      pending = pending.trimStart()
      if (isBeginning(pending, thought.open)) return false
      state = pending.startsWith(thought.open) ? 'thinking' : 'thought'
    }
    if (state !== 'thinking') return true
    const end = pending.indexOf(thought.close)
    if (end < 0) {
      pending = pending.slice(1 - thought.close.length)
      return false
    }
    pending = pending.slice(end + thought.close.length)
    state = 'thought'
    return true
  }

  const afterFence = (): boolean => {
    pending = pending.trimStart()
    if (isBeginning(pending, fence)) return false
    if (state === 'thought' && pending.startsWith(fence)) {
      const end = pending.slice(0, longestFenceLine).search(/[\n{]/)
      if (end < 0 && pending.length <= longestFenceLine) return false
      pending = pending.slice(Math.max(end, 0)).trimStart()
    }
    state = 'answering'
    return pending !== ''
  }

  return {
    push(delta) {
      pending += delta
      if (!afterThought() || !afterFence()) return undefined
      return pending.startsWith('{') && pending.slice(1)
    },
  }
}

/** Whether the text is all of the beginning of a mark, or nothing, so that the mark may follow. */
const isBeginning = (text: string, mark: string): boolean => text.length < mark.length && mark.startsWith(text)
