import type { ProgramEvent } from '../ports/module.ts'

/** A field as far as it has been told. */
export interface FieldText {
  /** All of its text so far. */
  readonly text: string
  /** What came to it just now; empty when what had come before is void. */
  readonly delta: string
  /** The predictor that tells it. */
  readonly path: string
}

/**
 * The text of one field out of the events of a streamed run, as it grows. Where several predictors tell a field of that
 * name, or one tells it again, the text begins anew with each; `path` picks one predictor.
 *
 * @example
 * for await (const { text } of fieldText(rag.stream({ question }, { model }), 'answer')) output.textContent = text
 */
export async function* fieldText<Output>(
  events: AsyncIterable<ProgramEvent<Output>>,
  field: (keyof Output & string) | (string & {}),
  path?: string,
): AsyncGenerator<FieldText, undefined, undefined> {
  let told: FieldText | undefined
  for await (const event of events) {
    if (!('path' in event) || (path !== undefined && event.path !== path)) continue
    if (event.type === 'field' && event.field === field) {
      const before = told?.path === event.path ? told.text : ''
      told = { text: before + event.delta, delta: event.delta, path: event.path }
      yield told
    } else if (told?.path === event.path) {
      if (event.type === 'reset') yield { text: '', delta: '', path: event.path }
      if (event.type === 'reset' || event.type === 'predictor-started') told = undefined
    }
  }
  return undefined
}
