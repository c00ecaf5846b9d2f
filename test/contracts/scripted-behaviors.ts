import { sha256 } from '../../src/data/sha256.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'
import { type Behavior, describeLanguageModel, type ModelContractOptions } from './language-model-contract.ts'

const answers: Record<Exclude<Behavior, 'hangs'>, ScriptedAnswer> = {
  answers: { text: 'Paris 🗼 is the capital.', reasoning: 'France, so Paris.' },
  'is cut': { text: 'Par', finishReason: 'length' },
  'is filtered': { text: '', finishReason: 'content-filter' },
  fails: new ModelError('model/request', 'No.', { model: 'scripted' }),
}

/** All of the contract for a decorator, around scripted models. */
export const describeDecorator = (name: string, wrap: (model: LanguageModel) => LanguageModel): void =>
  describeLanguageModel(name, {
    make: scriptedBehaviors(wrap),
    standingOn: thing => wrap({ ...scriptedModel(['fine']), identity: () => sha256(thing) }),
  })

/** Makes models of each behavior out of a scripted one, `wrap` around it. */
export const scriptedBehaviors =
  (wrap: (model: LanguageModel) => LanguageModel): ModelContractOptions['make'] =>
  behavior => {
    const inner = scriptedModel(() => (behavior === 'hangs' ? new Promise(() => {}) : answers[behavior]), {
      score: (_, answer) => {
        if (behavior === 'hangs') return new Promise(() => {})
        if (behavior === 'fails') throw answers.fails
        return -answer.length
      },
    })
    return { model: wrap(inner), sent: () => inner.calls.length + inner.scored.length }
  }
