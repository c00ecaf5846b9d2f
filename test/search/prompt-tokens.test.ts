import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { textOf } from '../../src/ports/message.ts'
import { withLabeledDemos } from '../../src/search/demos.ts'
import { withInstructions } from '../../src/search/instructions.ts'
import { promptTokens } from '../../src/search/prompt-tokens.ts'
import { doubler, doublings } from '../contracts/doubling-task.ts'

const rows = doublings(1, 8)
const nothing = { traces: [], rows: [] }

describe('promptTokens', () => {
  test('of one predictor is a token for three bytes of what it would send, and 16 a message', () => {
    const program = predict('question -> answer')
    const { messages } = program.prompt({ question: 'What is twice 1?' })
    const expected = messages.reduce((sum, message) => sum + 16 + Math.ceil(textOf(message).length / 3), 0)
    expect(promptTokens(program, program.state, { traces: [], rows: rows.slice(0, 1) })).toBe(expected)
  })

  test('grows with demos and with instructions', () => {
    const program = predict('question -> answer')
    const seen = { traces: [], rows }
    const plain = promptTokens(program, program.state, seen)
    const longer = promptTokens(program, withInstructions(program.state, 'self', 'Double it. '.repeat(30)), seen)
    const two = promptTokens(program, withLabeledDemos(program.state, rows, 2, undefined), seen)
    const four = promptTokens(program, withLabeledDemos(program.state, rows, 4, undefined), seen)
    expect(longer).toBeGreaterThan(plain + 80)
    expect(two).toBeGreaterThan(plain)
    expect(Math.abs(four - plain - 2 * (two - plain))).toBeLessThan(8)
  })

  test('of several predictors adds up what traces show each to be asked, as often as it was asked', () => {
    const program = doubler()
    const [first, second] = program.predictors.map(({ path }) => path)
    const hint = { path: first ?? '', input: { question: 'What is twice 3?' }, output: { hint: 'x' } }
    const solve = { path: second ?? '', input: { question: 'What is twice 3?', hint: 'x' }, output: { answer: '6' } }
    const once = promptTokens(program, program.state, { traces: [[hint, solve]], rows })
    const twice = promptTokens(program, program.state, { traces: [[hint, solve, solve]], rows })
    const alone = promptTokens(program, program.state, { traces: [[hint]], rows })
    expect(twice - once).toBe(once - alone)
    expect(alone).toBeGreaterThan(0)
  })

  test('asks for the inputs nowhere: what a predictor knows counts where none is known', () => {
    const program = doubler()
    const plain = promptTokens(program, program.state, nothing)
    expect(plain).toBeGreaterThan(0)
    expect(promptTokens(program, withLabeledDemos(program.state, rows, 4, undefined), nothing)).toBeGreaterThan(plain)
  })
})
