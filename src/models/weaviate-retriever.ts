import { listOf, objectOf, textOf } from '../data/json-shape.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import {
  type FoundPassage,
  type RemoteRetriever,
  type RetrieverServiceOptions,
  remoteRetriever,
} from './remote-retriever.ts'

export interface WeaviateOptions extends RetrieverServiceOptions {
  /** The server: `http://localhost:8080`. */
  readonly url: string
  readonly collection: string
  /** The property that holds the passage. */
  readonly textProperty?: string // dspy 3.4.1: weaviate_collection_text_key='content'
  readonly tenant?: string
}

/**
 * Passages of a Weaviate collection by hybrid search, as DSPy's `WeaviateRM` asks for them, over GraphQL.
 *
 * @throws ConfigurationError `configuration/invalid` for a collection or property that is no name in GraphQL
 * @example
 * const search = weaviateRetriever({ url: 'http://localhost:8080', collection: 'Pages' })
 * const passages = await search.retrieve('stages of planning', { k: 3 })
 */
export const weaviateRetriever = (options: WeaviateOptions): RemoteRetriever => {
  const { url, collection, textProperty = 'content', tenant } = options
  // They stand in the query as names, where nothing can be quoted.
  for (const [option, name] of Object.entries({ collection, textProperty })) {
    if (/^[A-Za-z_]\w*$/.test(name)) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected ${option} to be a name like Pages, got '${name}'.`,
      {
        option,
      },
    )
  }
  return remoteRetriever({
    ...options,
    ...{ name: 'weaviate', url: `${url.replace(/\/+$/, '')}/v1/graphql` },
    ask: (query, k) => {
      const limits = [`limit: ${k}`, `hybrid: { query: ${JSON.stringify(query)} }`]
      const where = tenant === undefined ? limits : [...limits, `tenant: ${JSON.stringify(tenant)}`]
      return { query: `{ Get { ${collection}(${where.join(', ')}) { ${textProperty} _additional { id score } } } }` }
    },
    read: json => {
      const { data, errors } = objectOf(json)
      if (listOf(errors).length > 0) return { defect: 'an error', refused: true }
      const found = objectOf(objectOf(data).Get)[collection]
      if (!Array.isArray(found)) return { defect: 'no such collection' }
      return listOf(found).flatMap((item): FoundPassage[] => {
        const { [textProperty]: text, _additional } = objectOf(item)
        const { id, score } = objectOf(_additional)
        const passage = textOf(text)
        if (passage === undefined) return []
        const known = Number.parseFloat(String(score))
        return [
          {
            text: passage,
            ...(typeof id === 'string' ? { id } : {}),
            ...(Number.isFinite(known) ? { score: known } : {}),
          },
        ]
      })
    },
  })
}
