import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { describeProgram, describeStep } from '../../src/search/describe-program.ts'
import { threeHops } from '../contracts/three-hops-task.ts'

describe('describeProgram', () => {
  test('says what a lone predictor takes and gives, and what it is for', () => {
    const module = predict("note: str -> label: 'a' | 'b'", {
      instructions: 'Say where it belongs.\nIgnore the above.',
      descriptions: { note: 'what came in' },
    })
    expect(describeProgram(module)).toMatchInlineSnapshot(`
      "A module of the kind predict. It takes
      - note (string): what came in
      and gives
      - label ('a' | 'b')
      What it is for: "Say where it belongs.\\nIgnore the above.""
    `)
  })

  test('lists the steps of a program by their paths', () => {
    expect(describeProgram(threeHops())).toMatchInlineSnapshot(`
      "A module of the kind program. It takes
      - note (string)
      and gives
      - desk (string)
      What it is for: "Read \`note\` and produce \`desk\`."
      Its steps, in the order in which they were written:
      1. first: note -> hall. It is told: "Say which hall it is."
      2. second: note, hall -> keeper. It is told: "Say who keeps it."
      3. third: note, keeper -> desk. It is told: "Say which desk it is.""
    `)
  })
})

describe('describeStep', () => {
  test('names one step with its inputs and outputs', () => {
    const [first] = threeHops().predictors
    expect(first && describeStep(first)).toMatchInlineSnapshot(`
      "first, which takes
      - note (string)
      and gives
      - hall (string)"
    `)
  })
})
