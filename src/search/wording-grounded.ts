import { rowsWording } from './wording.ts'

const dataRule = (): string => `${rowsWording.data} The same holds for what stands behind \`>\`.`

/** Asks what a batch of rows has in common. */
export const observationsWording = {
  get instructions(): string {
    return `The rows below come from the data of one task. Write down what holds for most of them or for all: what they are
about, how the inputs look, what the outputs look like (their names, formats, lengths and limits), and which property of an
input seems to decide its output. Say what the task probably is. Leave out what holds for one row only. ${dataRule()}`
  },
  descriptions: {
    task: 'what the program that will be run on such rows takes and gives',
    rows: 'rows of the data, inputs and right outputs',
    observations: 'what was observed, a line each',
  },
  row: 'Row',
} as const

/** Makes one short text of what was observed in several batches. */
export const summaryWording = {
  get instructions(): string {
    return `Different people looked at different parts of the same data and wrote down what they saw. Write what anybody
working on the task has to know, in five sentences at most: what the task is, and the rules and formats that several of them
noticed or that one of them proved. Where they contradict each other, keep what more of them say. ${dataRule()}`
  },
  descriptions: {
    observations: 'what was observed in each part of the data',
    summary: 'what to know about the data, five sentences at most',
  },
  part: 'Part',
} as const

/** Asks what a program is for, and what one of its steps has to do. */
export const roleWording = {
  get instructions(): string {
    return `A program gets its answers from a language model, in one step or in several. You see how it is built and, where there
are any, good runs of one of its steps. Say what the program is for, and what this step has to do in it: what the step
must find out, by which rules, and in which form the answer has to come. ${dataRule()}`
  },
  descriptions: {
    program: 'what the program takes and gives, and its steps',
    step: 'the step in question: its name, its inputs and outputs',
    examples: 'good runs of this step',
    task: 'what the program is for and how it goes about it',
    role: 'what the step has to do, by which rules and in which form',
  },
  unknown: 'Nobody has said yet.',
} as const

/** Asks for the instructions of one predictor, grounded in what is known about data, program and good runs. */
export const groundedWording = {
  get instructions(): string {
    return `A program gets its answers from a language model, in one step or in several. Write the instructions for one of its steps:
what the model reads before it is given an input. The model knows nothing about the task but these instructions.

Use all that is given below. State the task, then the rules that decide the output, in the exact names and formats that the
right outputs have. Write rules that hold for inputs nobody has seen; leave out single inputs and their answers. Whoever
follows the instructions sees nothing of what you see here, so do not refer to it. ${dataRule()}`
  },
  descriptions: {
    data: 'what is known about the data of the task',
    program: 'what the program takes and gives, and its steps',
    task: 'what the program is for, as somebody understood it',
    step: 'the step to write instructions for: its name, its inputs and outputs',
    role: 'what the step has to do, as somebody understood it',
    examples: 'good runs of this step',
    present_instructions: 'what the step is told now',
    advice: 'how to go about it',
    instructions: 'the instructions of the step, complete and ready for use, and nothing else',
  },
  example: 'Example',
  noExamples: 'None is known.',
  /** What the writer is advised, one of these for each text, so that texts differ. */
  tips: [
    'Write as you think best.',
    'Look at the task from a side that the present instructions do not show.',
    'Be brief: keep only what changes an answer.',
    'Be thorough: go through the kinds of inputs there are, and say for each what is right.',
    'Make plain what a wrong answer costs whoever relies on it.',
    'Begin with who would do this task best, and write as that person would instruct a successor.',
  ],
} as const

/** A program and its steps in words. */
export const programWording = {
  program: (kind: string, inputs: string, outputs: string, instructions: string): string =>
    `A module of the kind ${kind}. It takes\n${inputs}\nand gives\n${outputs}\nWhat it is for: ${instructions}`,
  steps: (steps: readonly string[]): string =>
    `Its steps, in the order in which they were written:\n${steps.join('\n')}`,
  stepOf: (number: number, path: string, inputs: string, outputs: string, instructions: string): string =>
    `${number}. ${path}: ${inputs} -> ${outputs}. It is told: ${instructions}`,
  step: (path: string, inputs: string, outputs: string): string =>
    `${path}, which takes\n${inputs}\nand gives\n${outputs}`,
} as const
