import { isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import {
  type FoundPassage,
  type RemoteRetriever,
  type RetrieverServiceOptions,
  remoteRetriever,
} from './remote-retriever.ts'

export interface ColbertOptions extends RetrieverServiceOptions {
  /** The whole address of the search: `http://localhost:8893/api/search`. */
  readonly url: string
  /** The server takes POST; most take GET. */
  readonly post?: boolean // dspy 3.4.1: post_requests=False
}

/**
 * Passages of a ColBERTv2 server, as DSPy's `ColBERTv2` asks it; ten when a call does not say.
 *
 * @see Santhanam et al. 2022, arXiv:2112.01488
 * @example
 * const wiki = colbertRetriever({ url: 'http://localhost:8893/api/search' })
 * const passages = await wiki.retrieve('Which castle did David Gregory inherit?')
 */
export const colbertRetriever = ({ url, post = false, k = 10, ...options }: ColbertOptions): RemoteRetriever =>
  remoteRetriever({
    ...options,
    ...{ name: 'colbert', url, method: post ? 'POST' : 'GET', k },
    ask: (query, most) => ({ query, k: most }),
    read: json => {
      const { topk, error } = objectOf(json)
      if (error) return { defect: 'an error', refused: true }
      if (!Array.isArray(topk)) return { defect: 'no list called topk' }
      return listOf(topk).flatMap((item): FoundPassage[] => {
        const { text, pid, score, ...rest } = objectOf(item)
        const passage = textOf(text)
        if (!isObject(item) || passage === undefined) return []
        return [
          {
            ...rest,
            text: passage,
            ...(typeof pid === 'number' || typeof pid === 'string' ? { id: pid } : {}),
            ...(typeof score === 'number' ? { score } : {}),
          },
        ]
      })
    },
  })
