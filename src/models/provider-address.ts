import { ConfigurationError } from '../errors/configuration-error.ts'
import { remedies } from './remedies.ts'

/** Where a provider is asked. */
export interface ProviderAddress {
  readonly url: string
  readonly host: string
  /** Values of the query, which may be keys. */
  readonly secrets: readonly string[]
}

/**
 * The address of an operation under a base address, with or without a slash at its end; a query is kept.
 *
 * @throws ConfigurationError `configuration/invalid` when it is no http address or holds a user name or password
 */
export const providerAddress = (baseUrl: string, operation: string): ProviderAddress => {
  const url = parsed(baseUrl)
  if (url.username !== '' || url.password !== '') {
    throw invalid('The address has a user name or password in it, which would end up in logs.', remedies.userInAddress)
  }
  const path = url.pathname.replace(/\/+$/, '')
  return {
    url: `${url.origin}${path.endsWith(operation) ? path : `${path}${operation}`}${url.search}`,
    host: url.hostname,
    secrets: url.search
      .slice(1)
      .split('&')
      .flatMap(pair => pair.split('=').slice(1).map(decoded)),
  }
}

const parsed = (baseUrl: string): URL => {
  let url: URL
  try {
    url = new URL(baseUrl)
  } catch {
    // Without the cause, which quotes the address.
    throw invalid('Expected an address with https: or http:.', remedies.noAddress)
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`Expected an address with https: or http:, got ${url.protocol}.`, remedies.noAddress)
  }
  return url
}

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const invalid = (what: string, remedy: string) =>
  new ConfigurationError('configuration/invalid', `${what} ${remedy}`, { option: 'baseUrl' })
