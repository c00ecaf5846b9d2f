import { wordCodes } from './pattern-classes.ts'
import { includes } from './pattern-node.ts'
import type { PatternStep } from './pattern-program.ts'

/** Whether a text has a match, and what it took to tell. */
export interface PatternRun {
  readonly matched: boolean
  /** At most the length of the program times one more than the length of the text. */
  readonly visits: number
}

/** Follows all ways through a program at once, letter by letter: every step is visited at most once a letter. */
export const runPattern = (program: readonly PatternStep[], text: string): PatternRun => {
  const seen = new Int32Array(program.length).fill(-1)
  let visits = 0
  let waiting: number[] = []
  let at = 0
  let before = -1
  for (;;) {
    const code = text.codePointAt(at) ?? -1
    const reached: number[] = []
    // A match may begin at every letter.
    const open = [0, ...waiting.reverse()].reverse()
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen[place] === at) continue
      seen[place] = at
      visits += 1
      const step = program[place]
      if (step === undefined) continue
      if (step.do === 'match') return { matched: true, visits }
      if (step.do === 'one') reached.push(place)
      else if (step.do === 'jump') open.push(step.to)
      else if (step.do === 'split') open.push(step.to[1], step.to[0])
      else if (holds(step.at, before, code)) open.push(place + 1)
    }
    if (code < 0) return { matched: false, visits }
    waiting = []
    for (const place of reached) {
      const step = program[place]
      if (step?.do === 'one' && includes(step.of, code)) waiting.push(place + 1)
    }
    before = code
    at += code > 0xff_ff ? 2 : 1
  }
}

/** Whether a place is what it should be, between two letters; -1 is none. */
const holds = (place: 'start' | 'end' | 'boundary' | 'inside', before: number, after: number): boolean => {
  if (place === 'start') return before < 0
  if (place === 'end') return after < 0
  return (includes(wordCodes, before) !== includes(wordCodes, after)) === (place === 'boundary')
}
