import { predict } from '../../src/modules/predict.ts'

/** The program of the laboratory: one choice that may be wrong, one text that may be damaged. */
export const assign = predict("ticket -> team: 'billing' | 'technical' | 'account' | 'sales', quote")

export interface Assignment {
  readonly team: string
  readonly quote: string
}

const teams = ['billing', 'technical', 'account', 'sales'] as const

/** What a customer wrote. */
export const ticketText = (number: number): string =>
  `Ticket ${number}: hello, ${quoteOf(number)} Please look into it before Friday.`

/** The only right answer to a ticket. */
export const goldOf = (number: number): Assignment => ({
  team: teams[number % teams.length] ?? teams[0],
  quote: quoteOf(number),
})

const quoteOf = (number: number): string =>
  `I wrote ${number + 2} days ago about order ${(number * 7919) % 10_007}, “urgent” and with photos, and nobody answered.`

/** Which ticket a request asks about. */
export const ticketIn = (body: string): number => {
  const found = /Ticket (\d+):/.exec(body)
  if (!found) throw new Error('The request holds no ticket.')
  return Number(found[1])
}
