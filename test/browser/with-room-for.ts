import { cdp } from 'vitest/browser'

/**
 * Runs a test in a browser that gives this origin only so many bytes. What the origin kept is deleted first: Chromium
 * remembers for half a minute how much room a site had.
 */
export const withRoomFor = async (quotaSize: number, work: () => Promise<void>): Promise<void> => {
  const { origin } = location
  await cdp().send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,file_systems' })
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  try {
    await work()
  } finally {
    await cdp().send('Storage.overrideQuotaForOrigin', { origin })
  }
}

/** Bytes that cannot be compressed; the same each time. */
export const noise = (length: number): Uint8Array => {
  let state = 1
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}
