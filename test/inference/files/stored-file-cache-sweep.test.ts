import { expect, test } from 'vitest'
import { storedFileCache } from '../../../src/inference/files/stored-file-cache.ts'
import type { Storage } from '../../../src/ports/storage.ts'
import { memoryStorage } from '../../../src/storage/memory.ts'

/** A store in which somebody else acts after its list number `at` was read. */
const interrupted = (memory: Storage, at: number, act: () => Promise<void>): Storage => {
  let lists = 0
  return {
    ...memory,
    async *list(prefix, options) {
      const keys: string[] = []
      for await (const key of memory.list(prefix, options)) keys.push(key)
      lists += 1
      if (lists === at) await act()
      yield* keys
    },
  }
}

test.each([1, 2, 3])('what another begins and ends while room is made is not swept: list %i', async at => {
  const memory = memoryStorage()
  const theirs = storedFileCache({ storage: memory })
  const [begun, ended] = [await theirs.part('begun'), await theirs.part('ended')]
  await ended.begin('"1"')
  await ended.append(Uint8Array.of(4, 5))
  await ended.pause()
  const act = async (): Promise<void> => {
    await begun.begin('"1"')
    await begun.append(Uint8Array.of(1, 2, 3))
    await begun.pause()
    await ended.commit('cd')
  }
  const mine = await storedFileCache({ storage: interrupted(memory, at, act) }).part('mine')
  await mine.begin('"1"')
  await mine.append(Uint8Array.of(9))
  await mine.commit('ab')
  expect(await begun.bytes()).toEqual(Uint8Array.of(1, 2, 3))
  expect(await theirs.read('ended')).toEqual(Uint8Array.of(4, 5))
})
