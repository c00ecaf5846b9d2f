import { rowsWording } from './wording.ts'

const task =
  (): string => `A program answers inputs by asking a language model, in one step or in several. In each step the model follows
the instructions of that step and knows nothing else about the task. You see the instructions that one step has now, and what
came of them on some inputs, the lowest score first.

Write better instructions for this step.

First find the causes. Hold each bad result against the right one and against the feedback, and ask which words or
properties of the input decide the right result, and by what rule. Where results look alike and only some are right, find
what tells them apart. Many failures often have one cause.

Then write the instructions as general rules, each with what it applies to and what follows, in the exact names, formats
and limits that the examples prove, so that they decide inputs nobody has seen yet. Keep whatever the present
instructions say that the examples do not speak against; drop or mend what they refute. A rule is of use only if it
decides other inputs, too: never write down the answer of a single input, nor a rule for text that only one input can
have. Whoever follows the instructions will not see these examples, so do not refer to them.

${rowsWording.data}`

/** What the reflective proposer asks for. */
export const reflectionWording = {
  /** `wishes` are the caller's, for every proposal. */
  instructions: (wishes = ''): string =>
    wishes === '' ? task() : `${task()}\n\nThe new instructions also have to meet this:\n${wishes}`,
  descriptions: {
    program: 'what the program takes and gives, and the steps it takes',
    step: 'the step whose instructions you write: its name, its inputs and outputs',
    current_instructions: 'what this step is told now',
    examples: 'what the step did, and what came of it',
    findings: 'the causes of the bad results and the rule behind each, a short line each',
    instructions: 'the new instructions of the step, complete and ready for use, and nothing else',
  },
  /** Stands where nobody wrote instructions yet. */
  noInstructions: '(none yet: the step was only told the names of its fields)',
  program: (inputs: string, outputs: string, steps: readonly string[]): string =>
    [
      `The program takes\n${inputs}\nand gives\n${outputs}`,
      ...(steps.length > 1 ? [`It takes ${steps.length} steps: ${steps.join('; ')}`] : []),
    ].join('\n'),
  step: (path: string, inputs: string, outputs: string): string =>
    `${path}, which takes\n${inputs}\nand gives\n${outputs}`,
  example: 'Example',
  /** An answer that could not be read, quoted, and what was wrong with it. */
  unreadable: (path: string, asked: string, answer: string, problems: readonly string[]): string =>
    [
      `Its step ${path} failed: the answer could not be read as its output fields.`,
      ...(asked === '' ? [] : [`The step was given:\n${asked}`]),
      ...(answer === '' ? [] : [`The answer: ${answer}`]),
      ...problems.map(problem => `Problem: ${problem}`),
    ].join('\n'),
} as const

const codeTask =
  (): string => `A program does its work with JavaScript that may ask a language model. You see the code it has now and what came of it
on some inputs, the lowest score first. Write better code.

The code declares \`async function forward(inputs)\`: \`inputs\` has the input fields, and it returns an object of the output
fields. In it these may be called, and whatever else the present code calls:

- \`await predict(signature, inputs, instructions)\` asks the model. The signature is a string of fields with types,
  \`'question, context: list[str] -> answer, score: float'\`; \`inputs\` is an object of the input fields; the instructions
  say what to do. It gives an object of the output fields.
- \`await chain_of_thought(signature, inputs, instructions)\` does the same and lets the model reason first.

Nothing else is there: no import, no network, no files, no timers.

Find the causes of the bad results first. Where the model did not know what to do, write it into the instructions as a
general rule that decides inputs nobody has seen yet, and keep the instructions that served. Where a rule is plain, let
the code decide and ask nobody. Where one question is too much, ask several. Never write down the answer of a single
input. Keep the code short, and complete: it replaces the present code as it stands.

${rowsWording.data}`

/** What the proposer of code asks for. */
export const codeReflectionWording = {
  instructions: (wishes = ''): string =>
    wishes === '' ? codeTask() : `${codeTask()}\n\nThe new code also has to meet this:\n${wishes}`,
  descriptions: {
    program: 'what the program takes and gives, and the steps it takes',
    module: 'the name of the module whose code you write',
    current_code: 'the code it has now',
    examples: 'what the program did, and what came of it',
    findings: 'the causes of the bad results and what mends each, a short line each',
    code: 'the new code, complete, and nothing else',
  },
} as const
