/**
 * One row of data: field name to value, inputs and outputs side by side, as in a JSONL line or a demo.
 *
 * Which fields are inputs is the signature's knowledge, not the row's. Extra fields are kept and ignored.
 *
 * @example
 * const row: Example = { question: 'Capital of France?', answer: 'Paris' }
 */
export type Example = Readonly<Record<string, unknown>>
