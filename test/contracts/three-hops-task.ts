import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'

/** A note names three things; each hop looks one of them up, and knows what the hops before it found. */
export const threeHops = () =>
  program(
    'note -> desk',
    {
      first: predict('note -> hall', { instructions: 'Say which hall it is.' }),
      second: predict('note, hall -> keeper', { instructions: 'Say who keeps it.' }),
      third: predict('note, keeper -> desk', { instructions: 'Say which desk it is.' }),
    },
    async ({ note }, { first, second, third }) => {
      const { hall } = await first({ note })
      const { keeper } = await second({ note, hall })
      return { hall, keeper, ...(await third({ note, keeper })) }
    },
  )

/** The predictors of `threeHops`. */
export const hops = ['first', 'second', 'third'] as const

const fields = ['hall', 'keeper', 'desk'] as const
const right = (field: string, number: number): string => `${field} ${(number * 7) % 5}`

export const notes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ note: `Note ${from + index}.`, desk: right('desk', from + index) }))

/** Only the end of the chain counts; the feedback says what the hops should have found. */
export const isDelivered = (
  row: { readonly note: string; readonly desk: string },
  given: { readonly hall?: string; readonly keeper?: string; readonly desk: string },
) => {
  const number = Number(/\d+/.exec(row.note))
  const feedback = fields
    .filter(field => given[field] !== right(field, number))
    .map(field => `The ${field} should be ${right(field, number)}.`)
  return { score: given.desk === row.desk ? 1 : 0, passed: given.desk === row.desk, feedback: feedback.join(' ') }
}

/** What a hop has to be told. */
const ruleOf = (field: string): string => `Find the ${field} by seven times the number modulo five.`

/**
 * A model that looks things up: a pure function of the request. A hop is right where it is told its rule, else now and
 * then, more often with demos; after a hop that went wrong the next is wrong as well. Asked for anything else it writes
 * down rules, each of them now and then, in whatever shape is asked for.
 */
export const threeHopsModel = (): ScriptedModel =>
  scriptedModel(request => {
    const outputs = outputsOf(request)
    const names = new Set(outputs.map(({ name }) => name))
    const hop = fields.findIndex(field => names.has(field))
    const answer = (draw: number): string =>
      outputs
        .map(({ name, type }) => {
          const known = name === fields[hop] ? found(request, hop) : 'It is known.'
          return `[[ ## ${name} ## ]]\n${hop < 0 ? proposal(request, draw, type) : known}\n`
        })
        .join('\n')
    const [first, ...more] = Array.from({ length: request.n ?? 1 }, (_, draw) => completion(answer(draw)))
    return { completions: [first ?? completion(''), ...more] }
  })

const completion = (text: string) => ({ text, finishReason: 'stop' as const })

const outputsOf = ({ messages }: ModelRequest): readonly { readonly name: string; readonly type: string }[] => {
  const [system] = messages
  const [, outputs = ''] = (system === undefined ? '' : textOf(system)).split('\nOutputs:\n')
  const [asked = ''] = outputs.split('\n\n')
  return Array.from(asked.matchAll(/^- (\w+) \((.*?)\)(?=:|$| )/gm), ([, name = '', type = '']) => ({ name, type }))
}

const found = ({ messages, rolloutId = '', temperature = 0 }: ModelRequest, hop: number): string => {
  const field = fields[hop] ?? ''
  const before = fields[hop - 1]
  const last = textOf(messages.at(-1) ?? { role: 'user', content: '' })
  const number = Number(/Note (\d+)\./.exec(last)?.[1])
  const isLed = before === undefined || last.includes(right(before, number))
  const isTold = messages.some(message => textOf(message).includes(ruleOf(field)))
  const demos = Math.min(4, messages.filter(({ role }) => role === 'assistant').length)
  const luck = hash(`${number} ${field} ${temperature > 0 ? rolloutId : ''}`) % 100
  return isLed && (isTold || luck < 55 + 8 * demos) ? right(field, number) : `${field} 9`
}

const proposal = ({ messages, rolloutId = '' }: ModelRequest, draw: number, type: string): string => {
  const prompt = messages.map(textOf).join('\n')
  const text = [
    'Take care.',
    ...fields
      .filter(field => prompt.includes(ruleOf(field)) || hash(`${prompt} ${rolloutId} ${draw} ${field}`) % 100 < 40)
      .map(ruleOf),
  ].join(' ')
  if (type === 'boolean') return 'true'
  if (/^(?:number|integer|float)/.test(type)) return '1'
  if (type.endsWith('[]')) return JSON.stringify([text])
  if (type.startsWith('{')) return JSON.stringify(Object.fromEntries(hops.map(hop => [hop, text])))
  return text
}

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
