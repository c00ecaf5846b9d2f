/**
 * Limits a value must keep; told to the model, enforced when its answer is read and when an input is given. Of a list,
 * the lengths count its items, the others hold for the value itself.
 */
export interface FieldConstraints {
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  /** Of a text in UTF-16 units, of a list in items. */
  readonly minLength?: number
  readonly maxLength?: number
  /** What a text must have a match of; made by `linearPattern`, so that no text takes long to check. */
  readonly pattern?: TextPattern
}

/** A regular expression that is matched in linear time. */
export interface TextPattern {
  /** As written; the syntax is a part of JavaScript's. */
  readonly source: string
  /** Whether the text has a match anywhere, as `RegExp.prototype.test` says. */
  test(text: string): boolean
}
