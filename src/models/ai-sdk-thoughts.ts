import type { JsonObject } from '../data/json.ts'
import { isObject, objectOf } from '../data/json-shape.ts'
import { parseJson } from '../data/safe-json.ts'
import type { SignedThought } from '../ports/message.ts'
import type { AiSdkMetadata } from './ai-sdk-model.ts'

/** What of a part its provider wants back, as it is kept; undefined for parts without metadata, and for texts. */
export const signedPart = ({ type, text = '', providerMetadata }: SignedPart): JsonObject | undefined => {
  if (providerMetadata === undefined) return undefined
  const metadata = parseJson(JSON.stringify(providerMetadata))
  if (type === 'reasoning') return { type, text, metadata }
  return type === 'tool-call' ? { type, metadata } : undefined
}

interface SignedPart {
  readonly type: string
  readonly text?: string
  readonly providerMetadata?: AiSdkMetadata | undefined
}

/** What goes back with the call at a place: the thoughts before it, and its own signature. */
export const partsBack = (
  thoughts: readonly SignedThought[],
  place: number,
): { readonly before: readonly object[]; readonly signature: object } => {
  const here = thoughts.filter(({ callsBefore }) => callsBefore === place).map(({ data }) => objectOf(data))
  const before = here.flatMap(({ type, text = '', metadata = {} }) =>
    type === 'reasoning' ? [{ type, text, providerOptions: metadata }] : [],
  )
  const own = here.find(({ type }) => type === 'tool-call')?.metadata
  return { before, signature: isObject(own) ? { providerOptions: own } : {} }
}
