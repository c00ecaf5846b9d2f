import { sha256 } from '../data/sha256.ts'
import { isToolName } from './tool-definition.ts'

/** Letters that every provider takes in a name, and how many of them. */
const longest = 64
const hashLength = 8

/**
 * Names by which models can call the tools of a server, in the order given. A name that providers take stays. Of another,
 * each character they refuse becomes `_`, and the first hexadecimal digits of the name's SHA-256 go behind it, so that two
 * names never become one and a name does not depend on what else the server has.
 *
 * @example
 * await usableNames(['search', 'files/read'], 'docs') // ['docs_search', 'docs_files_read_a029ed4f']
 */
export const usableNames = (names: readonly string[], prefix: string | undefined): Promise<readonly string[]> =>
  Promise.all(names.map(name => usableName(prefix === undefined ? name : `${prefix}_${name}`)))

const usableName = async (name: string): Promise<string> => {
  if (isToolName(name)) return name
  const letters = Array.from(name.slice(0, longest), letter => (/^[A-Za-z0-9_-]$/.test(letter) ? letter : '_'))
  const digest = await sha256(name)
  return `${letters.join('').slice(0, longest - hashLength - 1)}_${digest.slice(0, hashLength)}`
}
