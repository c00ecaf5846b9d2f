import { createHash } from 'node:crypto'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { textOf } from '../../src/ports/message.ts'
import type { Module } from '../../src/ports/module.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

export interface Question {
  readonly question: string
}
export interface Answer {
  readonly answer: string
}

/** The program that the vectors describe in Python words, ours: the ones made of several parts by their name. */
export const programOf = (name: string, description: string): Module<Question, Answer> => {
  const lone = /^dspy\.(Predict|ChainOfThought)\('question -> answer'\)$/.exec(description)
  if (lone) return lone[1] === 'Predict' ? predict('question -> answer') : chainOfThought('question -> answer')
  if (name === 'Two') {
    return program(
      'question -> answer',
      { hinter: predict('question -> hint'), steps: [chainOfThought('question, hint -> answer')] as const },
      async ({ question }, { hinter, steps: [step] }) => step({ question, hint: (await hinter({ question })).hint }),
    )
  }
  if (name === 'Loop') {
    return program('question -> answer', { p: predict('question -> answer') }, async ({ question }, { p }) => {
      await p({ question })
      return p({ question: `Check: twice ${/-?\d+/.exec(question)?.[0]}?` })
    })
  }
  throw new RangeError(`Expected a program this test knows, got ${name}: ${description}. Write it here.`)
}

/** One call of the model the vectors were made with. */
export interface FakeCall {
  readonly q: string
  /** Demo turns in the prompt. */
  readonly demos: number
  readonly value: string
}

/** The pure function that stood for a model when the vectors were made: it doubles numbers, better with more demos. */
export const fakeModel = () => {
  const asked: FakeCall[] = []
  const model = scriptedModel(({ messages }) => {
    const last = textOf(messages.findLast(message => message.role === 'user') ?? { role: 'user', content: '' })
    const q = /-?\d+/.exec(last)?.[0] ?? ''
    const demos = messages.filter(message => message.role === 'assistant').length
    const luck = Number.parseInt(createHash('sha256').update(`q=${q}`).digest('hex').slice(0, 8), 16) % 10
    const value = String(luck < 4 + Math.min(demos, 4) ? 2 * Number(q) : 2 * Number(q) + 1)
    asked.push({ q, demos, value })
    const says: Readonly<Record<string, string>> = { reasoning: `double ${q}`, hint: 'times two' }
    return Array.from(last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g), match => match[1] ?? '')
      .filter(field => field !== 'completed')
      .map(field => `[[ ## ${field} ## ]]\n${says[field] ?? value}`)
      .concat('[[ ## completed ## ]]')
      .join('\n\n')
  })
  return { model, asked }
}
