import type { Embedder } from '../../src/index.ts'
import { embedderFromName } from '../models/embedder-from-name.ts'
import { type Flags, text } from './flags.ts'

/** The name of the embedder that finds rows near an input. */
export const embedderName = (flags: Flags): string => text(flags, 'embedder') ?? 'lexical'

/**
 * The embedder of --embedder.
 *
 * @throws ConfigurationError
 */
export const embedderFromFlags = (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Embedder => {
  const baseUrl = text(flags, 'base-url')
  return embedderFromName(embedderName(flags), { environment, ...(baseUrl !== undefined && { baseUrl }) })
}
