import { rowsWording } from './wording.ts'

interface AdviceWording {
  readonly instructions: string
  readonly descriptions: Readonly<Record<string, string>>
  predictor(path: string, instructions: string, inputs: string, outputs: string): string
  /** A run that says nothing, for it is as good as the other. */
  readonly noRun: string
  details(details: string): string
  /** How advice joins the instructions it is for. */
  advised(instructions: string, advice: string): string
}

/** What `advise` asks: advice for each predictor from two runs of one input. */
export const adviceWording: AdviceWording = {
  get instructions(): string {
    return `A program of one or more predictors ran twice on the same input, and one run came out better than the other.
Find out where the two runs part, and write advice that makes the predictors do what the better run did, on this input and
on others like it.

A predictor will read its advice below its instructions, and its own inputs; it knows nothing of these runs or of the other
predictors. So write for each: which inputs the advice is for, told by what can be seen in them, and what to answer then, or
what to leave alone. Say what is not in the instructions yet. Where a rule can be told from the two runs, write the rule and
not the answer to this one input. Leave out predictors of which nothing is to be learned here.

${rowsWording.data}`
  },
  descriptions: {
    program: 'the predictors of the program: name, instructions, fields',
    better_run: 'the run that came out better',
    worse_run: 'the run that came out worse',
    predictors: 'the names of the predictors',
    discussion: 'where the runs part, and which predictor is to be thanked or blamed for it',
    advice: 'name of a predictor to the advice for it',
  },
  predictor: (path: string, instructions: string, inputs: string, outputs: string): string =>
    `Predictor ${path}\nInstructions: ${instructions}\nInputs:\n${inputs}\nOutputs:\n${outputs}`,
  /** A run that says nothing, for it is as good as the other. */
  noRun: 'There is no such run: all runs of this input came out alike.',
  details: (details: string): string => `Details of the score: ${details}`,
  /** How advice joins the instructions it is for. */
  advised: (instructions: string, advice: string): string =>
    instructions === '' ? advice : `${instructions}\n\n${advice}`,
}
