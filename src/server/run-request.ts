import type { Example } from '../data/example.ts'
import type { JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { refusal } from './refusal.ts'

/** The body of a request to run a program. */
export interface RunRequest {
  readonly input: Example
  readonly stream: boolean
}

/** Reads `{ "input": {…}, "stream"?: true }`; anything more is refused, since it would be believed to have an effect. */
export const runRequest = (body: JsonValue): RunRequest => {
  if (!isObject(body) || !isObject(body.input)) throw unfit('Expected an object with an input: {"input": {…}}.')
  const { input, stream = false, ...others } = body
  const [other] = Object.keys(others)
  if (other !== undefined) throw unfit('Expected input and stream, and nothing beside them.')
  if (typeof stream !== 'boolean') throw unfit('Expected stream to be true or false.')
  return { input, stream }
}

const unfit = (message: string) => refusal(400, 'request/shape', message)
