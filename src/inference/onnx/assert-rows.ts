import { RuntimeError } from '../../errors/runtime-error.ts'
import type { Network, NetworkRows } from '../network.ts'

/**
 * Refuses rows that a session would answer wrongly, or not at all: after a refusal of its own a session is lost.
 *
 * @throws RuntimeError `runtime/failed`
 */
export const assertRows = (
  network: Pick<Network, 'vocabularySize' | 'window' | 'branches'> & { readonly takesPositions: boolean },
  slots: number,
  { tokens, positions, at, visible, keep }: NetworkRows,
): void => {
  const count = tokens.length
  if (count === 0) throw refused('there are no rows', 'at least one')
  if (!isIndex(at) || at + count > slots) {
    throw refused(`slots ${at} to ${at + count} of ${slots} were asked for`, 'slots of the memory')
  }
  if (positions.length !== count) throw refused(`${positions.length} positions came with ${count} rows`, 'one each')
  if (!isIndex(keep) || keep > count) throw refused(`the logits of ${keep} of ${count} rows were asked for`, '0 to all')
  for (const token of tokens) {
    if (!isIndex(token) || token >= network.vocabularySize) {
      throw refused(`there is a token ${token}`, `tokens below ${network.vocabularySize}`)
    }
  }
  for (const position of positions) {
    if (!isIndex(position) || position >= network.window) {
      throw refused(`there is a position ${position}`, `positions below ${network.window}`)
    }
  }
  if (!network.takesPositions && positions.some((position, row) => position !== at + row)) {
    throw refused('positions are not those of the slots', 'those: this graph counts by itself')
  }
  if (visible === undefined) return
  if (!network.branches) throw refused('rows name what they see', 'rows without it: this network has no branches')
  if (visible.length !== count) throw refused(`${visible.length} sights came with ${count} rows`, 'one each')
  for (const [row, ranges] of visible.entries()) assertRanges(ranges, at + row)
}

const assertRanges = (ranges: readonly number[], own: number): void => {
  let seen = 0
  for (let index = 0; index < ranges.length; index += 2) {
    const from = ranges[index]
    const to = ranges[index + 1]
    if (!isIndex(from) || !isIndex(to) || from < seen || to < from || to > own) {
      throw refused(`slot ${own} sees ${from} to ${to}`, `ascending pairs of slots up to ${own}`)
    }
    seen = to
  }
}

const isIndex = (value: number | undefined): value is number => Number.isSafeInteger(value) && (value ?? -1) >= 0

const refused = (what: string, expected: string): RuntimeError =>
  new RuntimeError('runtime/failed', `The network refused a step: ${what}. Expected ${expected}.`)
