import { ConfigurationError } from '../errors/configuration-error.ts'
import { remedies } from './remedies.ts'

type Values = { readonly [name: string]: string }

/**
 * The headers of a JSON request that is answered by `accept`; the caller's win over ours. The key goes into `keyHeader`, in
 * `authorization` as a bearer.
 *
 * @throws ConfigurationError `configuration/invalid` for a value that no header can carry, without quoting it
 */
export const requestHeaders = (
  apiKey: string | undefined,
  headers: Values,
  accept: string,
  keyHeader = 'authorization',
): Record<string, string> => {
  const result: Record<string, string> = { 'content-type': 'application/json', accept }
  if (apiKey !== undefined && apiKey !== '') {
    const key = sendable('apiKey', apiKey)
    result[keyHeader] = keyHeader === 'authorization' ? `Bearer ${key}` : key
  }
  for (const [name, value] of Object.entries(headers))
    result[name.toLowerCase()] = sendable(`headers['${name}']`, value)
  return result
}

/** What must not be seen in an error: the key, and every header value long enough to be one. */
export const secretsOf = (apiKey: string | undefined, headers: Values): readonly string[] => [
  ...(apiKey ? [apiKey] : []),
  ...Object.values(headers).flatMap(value => [value, ...value.split(' ')].filter(({ length }) => length >= 8)),
]

const sendable = (option: string, value: string): string => {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$|^$/.test(value)) return value
  throw new ConfigurationError('configuration/invalid', `Expected ${option} ${remedies.noKey}`, { option })
}
