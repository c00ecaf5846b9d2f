import type { Example } from '../data/example.ts'
import type { JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { refusal } from './refusal.ts'
import type { Telling } from './run-events.ts'

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

/** Which events a stream tells: `?events=all`, or `fields`, as when nothing is said. It has no effect but on a stream. */
export const tellingOf = (events: string | undefined, streams: boolean): Telling => {
  const telling = events ?? 'fields'
  if (telling !== 'fields' && telling !== 'all') throw unfit('Expected ?events= to be fields or all.')
  if (events !== undefined && !streams) throw unfit('Expected ?events= with a stream. Write "stream": true.')
  return telling
}

const unfit = (message: string) => refusal(400, 'request/shape', message)
