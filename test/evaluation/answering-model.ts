import { textOf } from '../../src/ports/message.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'

type Answers = Readonly<Record<string, unknown>>

/** A model that answers each field asked for by the value given; `asked` is the last message it got. */
export const answeringModel = (answers: Answers | ((asked: string, call: number) => Answers)): ScriptedModel => {
  let call = 0
  return scriptedModel(request => {
    const asked = textOf(request.messages.at(-1) ?? { role: 'user', content: '' })
    call += 1
    const given = typeof answers === 'function' ? answers(asked, call) : answers
    return ['reasoning', ...Object.keys(given).filter(name => name !== 'reasoning')]
      .map(name => `[[ ## ${name} ## ]]\n${String(given[name] ?? 'Because.')}`)
      .concat('[[ ## completed ## ]]')
      .join('\n\n')
  })
}
