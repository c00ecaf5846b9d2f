/** A text that an answer can cite: the text alone, or with a title. Documents of an input are numbered from 0. */
export type DocumentValue = string | DocumentText

export interface DocumentText {
  /** The text; for `application/pdf` the file as Base64. */
  readonly text: string
  readonly title?: string
  /** `text/plain` when absent. */
  readonly mediaType?: 'text/plain' | 'application/pdf'
  /** What the model should know about it and cannot cite. */
  readonly context?: string
}

/** A place in a document that an answer rests on. */
export interface Citation {
  readonly citedText: string
  /** Of the documents of the input, from 0. */
  readonly documentIndex: number
  readonly documentTitle?: string
  /** In UTF-16 units of the document's text. */
  readonly startCharIndex?: number
  readonly endCharIndex?: number
  /** What in the answer rests on it. */
  readonly supportedText?: string
}

/**
 * A text that an answer can cite.
 *
 * @example
 * await answer.run({ sources: pages.map(({ body, name }) => document(body, name)), question }, { model })
 */
export const document = (text: string, title?: string): DocumentText => ({
  text,
  ...(title !== undefined && { title }),
})
