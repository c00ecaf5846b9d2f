/*
 * Every sentence that modules say to a model, one object a kind of module. The sentences are ours; the names of fields
 * are DSPy's where its files have them.
 */

/** What `refine` asks its adviser, and how the advice reaches the predictors. */
export const refineWording = {
  hint: 'advice from an earlier try at this input, which was not good enough',
  instructions: `A program of one or more predictors ran on an input. Its output earned a reward below the threshold. The same
input will be tried again.

Find out which predictors kept the reward down, and by what. Then write advice for those: what to do differently on this
input, concrete enough to act on. A predictor reads only its own advice and its own inputs, and knows nothing of the last
try, of the reward or of the other predictors. Leave out predictors that did nothing wrong.`,
  descriptions: {
    program: 'the predictors of the program: name, instructions, fields',
    program_input: 'what the program was given',
    steps: 'what each predictor was given and answered, in the order in which they ran',
    program_output: 'what the program answered',
    reward_rule: 'how outputs are rewarded',
    threshold: 'the reward that is good enough',
    reward: 'the reward of this output',
    predictors: 'the names of the predictors',
    discussion: 'what went wrong, and where',
    advice: 'name of a predictor to the advice for it',
  },
  predictor: (path: string, instructions: string, inputs: string, outputs: string): string =>
    `Predictor ${path}\nInstructions: ${instructions}\nInputs:\n${inputs}\nOutputs:\n${outputs}`,
} as const

/** What `multiChainComparison` shows of the attempts it compares. */
export const comparisonWording = {
  attempt: 'one of several attempts at the task; any of them may be wrong',
  rationale: 'what holds and what does not in the attempts, and the reasoning that follows',
  /** An attempt as the model reads it: its reasoning, then its answer, a line a field. */
  attempted: (reasoning: string, fields: readonly (readonly [name: string, value: string])[]): string =>
    [
      ...(reasoning === '' ? [] : [`Reasoning: ${reasoning}`]),
      ...fields.map(([name, value]) => `${name}: ${value}`),
    ].join('\n'),
} as const
