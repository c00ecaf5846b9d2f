import { addUsage, noUsage, type Usage } from './usage.ts'

/** Adds up usage; what a child ledger records, its parent records too. */
export interface UsageLedger {
  readonly total: Usage
  add(usage: Usage): void
}

/**
 * A ledger that starts at nothing and passes what it records on to `parent`.
 *
 * @example
 * const usage = usageLedger()
 * await program.run({ question }, { model, usage })
 * usage.total.calls
 */
export const usageLedger = (parent?: UsageLedger): UsageLedger => {
  let total = noUsage
  return {
    get total() {
      return total
    },
    add(usage) {
      total = addUsage(total, usage)
      parent?.add(usage)
    },
  }
}
