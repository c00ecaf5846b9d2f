import { expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { usageLedger } from '../../src/data/usage-ledger.ts'

const spent = { ...noUsage, calls: 1, attempts: 2, inputTokens: 30, outputTokens: 4 }

test('adds up what it is told', () => {
  const ledger = usageLedger()
  ledger.add(spent)
  ledger.add(spent)
  expect(ledger.total).toEqual({ ...noUsage, calls: 2, attempts: 4, inputTokens: 60, outputTokens: 8 })
})

test('passes on to its parent what its children record', () => {
  const parent = usageLedger()
  usageLedger(parent).add(spent)
  usageLedger(parent).add(spent)
  expect(parent.total.calls).toBe(2)
})
