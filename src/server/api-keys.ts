import { sha256 } from '../data/sha256.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'

/** What a bearer token may be made of (RFC 6750), and a length nobody's key reaches. */
const bearer = /^Bearer ([\w.~+/-]{1,512}=*)$/

/** The token of an `Authorization` header; undefined when there is none, more than one, or anything else. */
export const bearerToken = (header: string | undefined): string | undefined =>
  // The length first: nothing is matched against a megabyte.
  header === undefined || header.length > 600 ? undefined : bearer.exec(header)?.[1]

/**
 * The keys in a setting: separated by commas or blanks.
 *
 * @throws ConfigurationError `configuration/invalid` for one that cannot be sent as a bearer token; it is not quoted
 */
export const readApiKeys = (setting: string): readonly string[] => {
  const keys = setting.split(/[\s,]+/).filter(key => key !== '')
  if (keys.every(key => bearerToken(`Bearer ${key}`) !== undefined)) return keys
  const message = 'KKACHI_API_KEYS has a key that cannot be sent. Use letters, digits and - . _ ~ + / only.'
  throw new ConfigurationError('configuration/invalid', message, { option: 'KKACHI_API_KEYS' })
}

/**
 * The tenant a token stands for: its digest, if it is one of the keys.
 *
 * Digests are compared, all of them to their ends, so that the time tells neither how much of a key fits nor which.
 */
export const tenantOf = async (token: string, keys: readonly string[]): Promise<string | undefined> => {
  const given = await sha256(token)
  const digests = await Promise.all(keys.map(sha256))
  const matches = digests.map(digest => difference(given, digest)).filter(differs => differs === 0)
  return matches.length > 0 ? given : undefined
}

/** 0 for equal digests. */
const difference = (left: string, right: string): number => {
  let differing = 0
  for (let at = 0; at < left.length; at += 1) differing |= left.charCodeAt(at) ^ right.charCodeAt(at)
  return differing
}
