import { type WaitingLine, waitingLine } from './waiting-line.ts'

/** What calls cost. */
export interface Spending {
  readonly calls: number
  /** Input and output tokens together. */
  readonly tokens: number
  /** US dollars. */
  readonly usd: number
}

export type SpendingUnit = keyof Spending

export const nothingSpent: Spending = { calls: 0, tokens: 0, usd: 0 }

/** What one call under way may still cost, kept free for it until it is settled, once. */
export interface Hold {
  settle(cost: Spending): void
}

export interface SpendingAccountOptions {
  /** The most that may be spent by now; infinite where nothing is limited. */
  readonly limits: () => Spending
  /** Makes the error for a call that does not fit into what is left of a unit, even with nothing under way. */
  readonly refuse: (unit: SpendingUnit) => Error
  /** Throws when no further call may begin for another reason. */
  readonly check?: () => void
}

/** Keeps account of what calls cost, so that those under way together cannot spend more than there is. */
export interface SpendingAccount {
  readonly spent: Spending
  /** Where those wait who have to. */
  readonly line: WaitingLine
  /**
   * Holds `bound` for one call. Undefined while it would fit only if calls under way cost less than they may: then it is
   * to be asked again when one was settled, which lets the line advance. It throws the refusal when the call would not
   * fit with nothing under way.
   */
  hold(bound: Spending): Hold | undefined
}

/** Opens an account. What is spent stays within the limits as long as no call costs more than its bound. */
export const spendingAccount = ({ limits, refuse, check }: SpendingAccountOptions): SpendingAccount => {
  const line = waitingLine()
  let spent = nothingSpent
  let held = nothingSpent
  let underWay = 0

  const hold = (bound: Spending): Hold | undefined => {
    check?.()
    const most = limits()
    const lacking = lack(plus(spent, bound), most)
    if (lacking !== undefined) throw refuse(lacking)
    if (lack(plus(plus(spent, held), bound), most) !== undefined) return undefined
    underWay += 1
    held = plus(held, bound)
    let settled = false
    return {
      settle(cost) {
        if (settled) return
        settled = true
        underWay -= 1
        // Sums of fractions leave crumbs, and with nothing under way nothing is held.
        held = underWay === 0 ? nothingSpent : minus(held, bound)
        spent = plus(spent, cost)
        line.advance()
      },
    }
  }

  return {
    get spent() {
      return spent
    },
    line,
    hold,
  }
}

const plus = (a: Spending, b: Spending): Spending => ({
  calls: a.calls + b.calls,
  tokens: a.tokens + b.tokens,
  usd: a.usd + b.usd,
})

const minus = (a: Spending, b: Spending): Spending => ({
  calls: a.calls - b.calls,
  tokens: a.tokens - b.tokens,
  usd: a.usd - b.usd,
})

/** The first unit of which there is not enough. */
const lack = (needed: Spending, limits: Spending): SpendingUnit | undefined => {
  if (needed.calls > limits.calls) return 'calls'
  if (needed.tokens > limits.tokens) return 'tokens'
  return needed.usd > limits.usd ? 'usd' : undefined
}
