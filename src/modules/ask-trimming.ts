import { block, joinBlocks } from '../adapters/input-content.ts'
import { renderValue } from '../adapters/render-value.ts'
import type { Example } from '../data/example.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Context } from '../ports/context.ts'

/** A predictor of an agent, bound. */
export type Ask = (input: Example, override?: Partial<Context>) => Promise<Example>

/** A step as the model reads it: with its number, which it keeps when older ones are left out. */
export type ShownStep = readonly (readonly [name: string, value: unknown])[]

/** Times the same question is asked, each with the oldest step left out. */
const maxTries = 3

/** Asks with the steps so far as `trajectory`; leaves the oldest out, for good, when they do not fit. */
export const askTrimming = async (ask: Ask, input: Example, shown: ShownStep[]): Promise<Example> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask({ ...input, trajectory: trajectoryText(shown) })
    } catch (error) {
      if (!KkachiError.is(error, 'model/context-window') || attempt === maxTries || shown.length <= 1) throw error
      shown.shift()
    }
  }
}

/** The steps under markers like those of fields. */
const trajectoryText = (shown: readonly ShownStep[]): string =>
  joinBlocks(shown.flat().map(([name, value]) => block(name, renderValue(value))))
