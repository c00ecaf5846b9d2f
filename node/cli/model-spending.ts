import { addUsage, costOf, type LanguageModel, noUsage, type PriceList, type Usage } from '../../src/index.ts'

/** What a budget counts. */
export interface Spent {
  readonly calls: number
  readonly tokens: number
  readonly usd: number
}

/** Counts what models are asked, whoever asks them. */
export interface ModelSpending {
  /** The same model, counted. */
  watched(model: LanguageModel): LanguageModel
  /** As a budget counts: an answer from a journal as when it was first made. */
  readonly spent: Spent
  /** US dollars paid in this command; undefined where the price of a model that was asked is not known. */
  readonly cost: number | undefined
}

/** Opens an account, empty, at these prices. */
export const modelSpending = (prices: PriceList): ModelSpending => {
  const accounts: { readonly model: string; paid: Usage; counted: Usage }[] = []
  return {
    watched(model) {
      const account = { model: model.id, paid: noUsage, counted: noUsage }
      accounts.push(account)
      const count = (usage: Usage, recorded = usage): void => {
        account.paid = addUsage(account.paid, usage)
        account.counted = addUsage(account.counted, recorded)
      }
      const score = model.score?.bind(model)
      return {
        ...model,
        ...(score && {
          async score(request, answers) {
            const scored = await score(request, answers)
            count(scored.usage, scored.recordedUsage)
            return scored
          },
        }),
        async generate(request) {
          const response = await model.generate(request)
          count(response.usage, response.recordedUsage)
          return response
        },
        async *stream(request) {
          for await (const event of model.stream(request)) {
            if (event.type === 'usage') count(event.usage)
            yield event
          }
        },
      }
    },
    get spent() {
      const counted = accounts.map(account => account.counted).reduce(addUsage, noUsage)
      const costs = accounts.map(account => costOf(account.model, account.counted, prices) ?? 0)
      return {
        calls: counted.calls,
        tokens: counted.inputTokens + counted.outputTokens,
        usd: costs.reduce((sum, cost) => sum + cost, 0),
      }
    },
    get cost() {
      const asked = accounts.filter(({ counted }, index) => index === 0 || counted.calls > 0)
      const costs = asked.map(account => costOf(account.model, account.paid, prices))
      return costs.includes(undefined) ? undefined : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
    },
  }
}
