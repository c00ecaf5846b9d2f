import { ModelError } from '../errors/model-error.ts'

/**
 * What an embedding model gave, held to what an embedder promises: one vector a text, all of one length, finite.
 *
 * @throws ModelError `model/malformed`, which asking again seldom helps
 */
export const checkedVectors = (
  id: string,
  vectors: readonly Float32Array[],
  texts: number,
): readonly Float32Array[] => {
  const length = vectors[0]?.length
  const wrong =
    vectors.length !== texts
      ? `${vectors.length} vectors for ${texts} texts`
      : vectors.some(vector => vector.length !== length || length === 0)
        ? 'vectors of different lengths'
        : vectors.some(vector => !vector.every(Number.isFinite))
          ? 'a number that is not finite'
          : undefined
  if (wrong === undefined) return vectors
  throw new ModelError('model/malformed', `${id} answered with ${wrong}. Check that it is an embedding model.`, {
    model: id,
    retryable: false,
  })
}
