import type { ModelCapabilities, ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type ScriptedFunction, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'

/**
 * Doubles a number as its instructions tell it: `Level 7.` lets it know the numbers whose last digit is below 7. Of
 * several levels the highest counts.
 */
export const obedientModel = (capabilities?: ModelCapabilities): ScriptedModel =>
  scriptedModel(
    ({ messages }) => {
      const [system] = messages
      const levels = Array.from((system ? textOf(system) : '').matchAll(/Level (\d)/g), ([, level]) => Number(level))
      const number = Number(/twice (\d+)/.exec(shown({ messages }))?.[1])
      const answer = number % 10 < Math.max(0, ...levels) ? 2 * number : 'I do not know.'
      return `[[ ## answer ## ]]\n${answer}`
    },
    capabilities ? { capabilities } : {},
  )

/** The last message. */
export const shown = ({ messages }: Pick<ModelRequest, 'messages'>): string => {
  const last = messages.at(-1)
  return last === undefined ? '' : textOf(last)
}

/** Writes these instructions in its first call, those in its second, and in later calls the last of them. */
export const proposing = (...answers: readonly (readonly string[])[]): ScriptedFunction => {
  let call = -1
  let left = 0
  return ({ n = 1 }) => {
    if (left === 0) {
      call += 1
      left = n
    }
    left -= 1
    const texts = answers[Math.min(call, answers.length - 1)] ?? []
    return `[[ ## improved_instructions ## ]]\n${texts[(n - left - 1) % texts.length]}`
  }
}
