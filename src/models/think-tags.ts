import type { Completion, LanguageModel, ModelEvent } from '../ports/language-model.ts'

const opening = '<think>'
const closing = '</think>'

/**
 * A model whose thoughts stand in its answers, between `<think>` and `</think>` at the beginning: they become its
 * reasoning. Elsewhere in an answer the tags are text.
 */
export const withoutThinkTags = (model: LanguageModel): LanguageModel => ({
  ...model,
  async generate(request) {
    const response = await model.generate(request)
    const [first, ...others] = response.completions
    return { ...response, completions: [parted(first), ...others.map(parted)] }
  },
  async *stream(request) {
    const parts = new Map<number, ReturnType<typeof thoughtParts>>()
    for await (const event of model.stream(request)) {
      if (event.type === 'reset') parts.clear()
      if (event.type === 'text') {
        const part = parts.get(event.index) ?? thoughtParts(event.index)
        parts.set(event.index, part)
        yield* part.push(event.delta)
      } else {
        if (event.type === 'finish') yield* parts.get(event.index)?.end() ?? []
        yield event
      }
    }
  },
})

const parted = (completion: Completion): Completion => {
  const { push, end } = thoughtParts(0)
  let text = ''
  let reasoning = completion.reasoning ?? ''
  for (const event of [...push(completion.text), ...end()]) {
    if (event.type === 'text') text += event.delta
    else if (event.type === 'reasoning') reasoning += event.delta
  }
  return { ...completion, text, ...(reasoning === '' ? {} : { reasoning }) }
}

/** Parts the text of one completion as it arrives. */
const thoughtParts = (index: number) => {
  let place: 'start' | 'thought' | 'gap' | 'answer' = 'start'
  let held = ''
  let thought = ''

  const text = (delta: string): ModelEvent[] => (delta === '' ? [] : [{ type: 'text', index, delta }])

  /** The white space around a thought is no part of it. */
  const reasoning = (delta: string): ModelEvent[] => {
    const told = thought === '' ? delta.trimStart() : delta
    thought += told
    return told === '' ? [] : [{ type: 'reasoning', index, delta: told }]
  }

  const push = (delta: string): ModelEvent[] => {
    if (place === 'answer') return text(delta)
    held += delta
    const events: ModelEvent[] = []
    if (place === 'start') {
      const start = held.trimStart()
      if (start.length < opening.length && opening.startsWith(start)) return []
      if (!start.startsWith(opening)) {
        place = 'answer'
        return text(held)
      }
      place = 'thought'
      held = start.slice(opening.length)
    }
    if (place === 'thought') {
      const end = held.indexOf(closing)
      // What may be the beginning of the closing tag, and white space that may be the end of the thought, waits.
      const known = end < 0 ? held.slice(0, knownLength(held)) : held.slice(0, end).trimEnd()
      events.push(...reasoning(known))
      held = end < 0 ? held.slice(known.length) : held.slice(end + closing.length)
      if (end < 0) return events
      place = 'gap'
    }
    const answer = held.trimStart()
    if (answer === '') return events
    place = 'answer'
    held = ''
    return [...events, ...text(answer)]
  }

  return {
    push,
    /** What was held back when the answer ended. */
    end(): ModelEvent[] {
      const rest = held
      held = ''
      if (place === 'thought') return reasoning(rest.trimEnd())
      return place === 'start' ? text(rest) : []
    },
  }
}

/** The length of a piece of a thought that is certainly inside it. */
const knownLength = (piece: string): number => {
  let tag = Math.min(piece.length, closing.length - 1)
  while (tag > 0 && !closing.startsWith(piece.slice(-tag))) tag -= 1
  return piece.slice(0, piece.length - tag).trimEnd().length
}
