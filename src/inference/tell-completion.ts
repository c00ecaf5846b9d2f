import type { Completion, ModelEvent } from '../ports/language-model.ts'
import { mayBecomeThought, splitThought } from './split-thought.ts'

/**
 * Yields one completion while it is drawn, as its text becomes certain; returns what was drawn. Its finish is left to the
 * caller.
 */
export async function* tellCompletion<Drawn extends { readonly completion: Completion }>(
  index: number,
  draw: (told: (text: string) => void) => Promise<Drawn>,
): AsyncGenerator<ModelEvent, Drawn, undefined> {
  let certain = ''
  let said = 0
  let wake = (): void => {}
  let ended = false
  const drawing = draw(text => {
    certain = text
    wake()
  }).finally(() => {
    ended = true
    wake()
  })
  drawing.catch(() => {}) // thrown below, where the reader is
  while (!ended) {
    // A thought is told when it is over: until then it cannot be told from an answer that only looks like one.
    const { text } = splitThought(certain)
    if (!mayBecomeThought(certain) && text.length > said) {
      yield { type: 'text', index, delta: text.slice(said) }
      said = text.length
      continue
    }
    await new Promise<void>(resolve => {
      wake = resolve
      if (ended) resolve()
    })
  }
  const drawn = await drawing
  const { text, reasoning, logprobs } = drawn.completion
  if (reasoning !== undefined) yield { type: 'reasoning', index, delta: reasoning }
  if (text.length > said) yield { type: 'text', index, delta: text.slice(said) }
  if (logprobs !== undefined) yield { type: 'logprobs', index, logprobs }
  return drawn
}
