import type { Grammar, TokenVocabulary } from '../../src/inference/token-constraint.ts'

export interface AnswerForm {
  readonly name: string
  readonly how: string
  readonly grammar: Grammar
}

export const labels = ['billing', 'technical', 'account', 'shipping', 'other'] as const
const tags = ['refund', 'urgent', 'spam', 'legal', 'praise', 'bug', 'delay', 'privacy'] as const

export const manyLabels: readonly string[] = [
  'card arrival',
  'card linking',
  'exchange rate',
  'pending transfer',
  'cash withdrawal',
  'lost or stolen card',
  'change pin',
  'top up failed',
  'refund not showing up',
  'verify my identity',
  'age limit',
  'edit personal details',
  'request refund',
  'terminate account',
  'direct debit payment',
  'virtual card not working',
  'wrong amount of cash',
  'country support',
  'transfer fee charged',
  'contactless not working',
]

const quoted = (text: string): string => JSON.stringify(text)
const either = (texts: readonly string[]): string => `(${texts.map(quoted).join(' | ')})`

const json1: AnswerForm = {
  name: 'json1',
  how: 'one closed label in JSON',
  grammar: { kind: 'lark', text: `start: ${quoted('{"label": "')} ${either(labels)} ${quoted('"}')}` },
}

const scored = `${quoted('{"label":"')} ${either(labels)} ${quoted('","score":0.')} /[0-9]/`
const tagged = `${quoted(',"tags":["')} ${either(tags)} ${quoted('","')} ${either(tags)} ${quoted('"]}')}`

const json3: AnswerForm = {
  name: 'json3',
  how: 'a closed label, a number and two closed tags in JSON',
  grammar: { kind: 'lark', text: `start: ${scored} ${tagged}` },
}

/** Letters of the reasoning: some 32 tokens of this model. */
const reasoning = 256

const chat: AnswerForm = {
  name: 'chat',
  how: `${reasoning} letters of reasoning (some 32 tokens), then a closed label, as the chat adapter writes fields`,
  grammar: {
    kind: 'lark',
    text: `start: ${quoted('[[ ## reasoning ## ]]\n')} /[a-z ]{${reasoning}}/ ${quoted('\n\n[[ ## label ## ]]\n')} ${either(labels)} ${quoted('\n\n[[ ## completed ## ]]')}`,
  },
}

export const answerForms: readonly AnswerForm[] = [json1, json3, chat]

/** The tokens of each label as an answer in JSON, for scoring. */
export const labelAnswers = (vocabulary: TokenVocabulary): readonly (readonly number[])[] =>
  manyLabels.map(label => vocabulary.encode(`${label}"}`))
