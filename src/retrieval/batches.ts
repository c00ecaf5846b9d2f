import { ConfigurationError } from '../errors/configuration-error.ts'

/** The texts in lists of at most `size`. */
export const batchesOf = (texts: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(texts.length / size) }, (_, batch) => texts.slice(batch * size, (batch + 1) * size))

/** @throws ConfigurationError `configuration/invalid` */
export const checkBatchSize = (owner: string, batchSize: number): void => {
  if (Number.isSafeInteger(batchSize) && batchSize >= 1) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected batchSize of ${owner} to be a whole number of at least 1, got ${batchSize}. Write batchSize: 200.`,
    { option: 'batchSize' },
  )
}
