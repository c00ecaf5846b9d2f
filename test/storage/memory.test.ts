import { memoryStorage } from '../../src/storage/memory.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeStorage } from '../contracts/storage-contract.ts'

const clock = testClock()

describeStorage('memoryStorage', {
  make: () => memoryStorage({ clock }),
  passASecond: () => clock.advance(1000),
})
