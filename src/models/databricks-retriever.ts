import type { JsonObject } from '../data/json.ts'
import { listOf, objectOf, textOf } from '../data/json-shape.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import {
  type FoundPassage,
  type RemoteRetriever,
  type RetrieverServiceOptions,
  remoteRetriever,
} from './remote-retriever.ts'

export interface DatabricksOptions extends RetrieverServiceOptions {
  /** The workspace: `https://adb-1.azuredatabricks.net`. */
  readonly workspace: string
  /** `catalog.schema.index`. */
  readonly index: string
  /** A personal access token, or one of a service principal. */
  readonly apiKey: string
  readonly idColumn?: string // dspy 3.4.1: docs_id_column_name='id'
  readonly textColumn?: string // dspy 3.4.1: text_column_name='text'
  /** More columns of the index that every passage brings. */
  readonly columns?: readonly string[]
  /** Like `{ "id <": 5 }`. */
  readonly filters?: JsonObject
  readonly queryType?: 'ANN' | 'HYBRID'
}

/**
 * Passages of a Databricks vector search index that embeds queries itself, as DSPy's `DatabricksRM` asks it over REST.
 *
 * @throws ConfigurationError `configuration/invalid` for an index name that has no place in an address
 * @example
 * const search = databricksRetriever({ workspace, index: 'main.docs.pages', apiKey: token })
 * const passages = await search.retrieve('How do I rotate a key?', { k: 3 })
 */
export const databricksRetriever = (options: DatabricksOptions): RemoteRetriever => {
  const { workspace, index, idColumn = 'id', textColumn = 'text', columns = [], filters, queryType = 'ANN' } = options
  if (!/^[\w.-]+$/.test(index)) {
    throw new ConfigurationError('configuration/invalid', `Expected an index like main.docs.pages, got '${index}'.`, {
      option: 'index',
    })
  }
  return remoteRetriever({
    ...options,
    ...{ name: 'databricks', url: `${workspace.replace(/\/+$/, '')}/api/2.0/vector-search/indexes/${index}/query` },
    ask: (query, k) => ({
      ...{ columns: [...new Set([idColumn, textColumn, ...columns])], num_results: k },
      ...{ query_text: query, query_type: queryType },
      ...(filters === undefined ? {} : { filters_json: JSON.stringify(filters) }),
    }),
    read: json => {
      const { manifest, result } = objectOf(json)
      const names = listOf(objectOf(manifest).columns).map(column => textOf(objectOf(column).name) ?? '')
      if (!names.includes(textColumn)) return { defect: `no column '${textColumn}'` }
      return listOf(objectOf(result).data_array).map((row): FoundPassage => {
        const values = Object.fromEntries(listOf(row).map((value, place) => [names[place] ?? `column ${place}`, value]))
        const { [textColumn]: text, [idColumn]: id, score, ...rest } = values
        return {
          ...rest,
          text: String(text ?? ''),
          ...(typeof id === 'string' || typeof id === 'number' ? { id } : {}),
          ...(typeof score === 'number' ? { score } : {}),
        }
      })
    },
  })
}
