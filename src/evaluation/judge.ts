import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { chainOfThought } from '../modules/chain-of-thought.ts'
import type { Module } from '../ports/module.ts'
import { parseSignature } from '../signature/create.ts'
import { withField } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { askJudge, type JudgeContext, judgeContext } from './ask-judge.ts'
import { type JudgeScale, scoreOf, verdictField } from './judge-scale.ts'
import { fieldsText } from './judged-texts.ts'
import type { Metric } from './metric.ts'
import { judgeWording as wording } from './wording.ts'

interface AnyJudge extends JudgeContext {
  /** For results and traces; `judge` when absent. */
  readonly name?: string
  /** What the judge answers on; numbers from 1 to 5 when absent. */
  readonly scale?: JudgeScale
  /** The score, from 0 to 1, from which a prediction has passed; 0.5 when absent. `calibrate` finds a better one. */
  readonly threshold?: number
}

/** A judge that is told in words what is good. */
export interface CriteriaJudge extends AnyJudge {
  /** What a good response is like: `It answers the question, and is polite.` */
  readonly criteria: string
  /** The fields of the example that say what was asked; those that the prediction does not have when absent. */
  readonly request?: readonly string[]
  /** The fields of the prediction to judge; all but `reasoning` when absent. */
  readonly response?: readonly string[]
  /** The fields of the example that hold a right response, shown to the judge; none when absent. */
  readonly reference?: readonly string[]
  readonly signature?: never
}

/** A judge with a signature of its own. */
export interface SignatureJudge extends AnyJudge {
  /** Its outputs have to have `verdict`, on the scale, and may have `feedback`. */
  readonly signature: Signature
  /** What the judge is shown, by the inputs of its signature. */
  readonly inputs: (example: object, prediction: object) => Example
  readonly criteria?: never
}

/**
 * A model that judges predictions, as a metric: it reasons, gives a verdict on a scale and says what would have been
 * better. Scores go from 0, the lowest step of the scale, to 1.
 *
 * One call of the judge's model for each prediction, whose answer is read as that of any `chainOfThought`; a verdict off
 * the scale is asked for again. Give it a `cached` model to judge nothing twice. Its usage is in `details`, and in `usage`
 * where a ledger is given, never in that of the program.
 *
 * Judges err: `calibrate` says how much. They like long responses and what their own model wrote.
 *
 * @see Zheng et al. 2023, arXiv:2306.05685
 * @throws ConfigurationError `configuration/invalid` for a scale of one step or a signature without `verdict`; DataError
 *   `data/fields` for a field that is missing; and what the model throws
 * @example
 * const polite = judge({ model: judgeModel, criteria: 'The reply is polite and answers the mail.', scale: 'yes-no' })
 * await evaluate(program, { examples, metric: polite, model })
 */
export const judge = (options: CriteriaJudge | SignatureJudge): Metric<object, object> => {
  const { name = 'judge', scale = { low: 1, high: 5 }, threshold = 0.5 } = options
  const context = judgeContext(options)
  const { module, shown } = options.signature === undefined ? byCriteria(options, scale) : bySignature(options)
  return {
    name,
    evaluate: async (example, prediction, _, scope) => {
      const { said, usage } = await askJudge(name, module, shown(example, prediction), context, scope)
      const { verdict, feedback, reasoning } = said
      const score = scoreOf(verdict, scale)
      return {
        score,
        passed: score >= threshold,
        ...(typeof feedback === 'string' && feedback !== '' && { feedback }),
        details: { verdict, reasoning, usage },
      }
    },
  }
}

interface JudgeParts {
  readonly module: Module<Example, Example>
  readonly shown: (example: object, prediction: object) => Example
}

const byCriteria = ({ criteria, request, response, reference }: CriteriaJudge, scale: JudgeScale): JudgeParts => {
  const inputs = reference === undefined ? 'criteria, request, response' : 'criteria, request, reference, response'
  const { reference: ofReference, ...descriptions } = wording.descriptions
  const asked = parseSignature(`${inputs} -> verdict, feedback`, {
    instructions: wording.instructions,
    descriptions: reference === undefined ? descriptions : { ...descriptions, reference: ofReference },
  })
  return {
    module: reasoning(withField(asked, 'verdict', verdictField(scale))),
    shown: (example, prediction) => ({
      criteria,
      request: fieldsText(example, name => request?.includes(name) ?? !Object.hasOwn(prediction, name)),
      response: fieldsText(prediction, name => response?.includes(name) ?? name !== 'reasoning'),
      ...(reference && { reference: fieldsText(example, name => reference.includes(name)) }),
    }),
  }
}

const bySignature = ({ signature, inputs }: SignatureJudge): JudgeParts => {
  if (!signature.outputs.some(({ name }) => name === 'verdict')) {
    throw new ConfigurationError(
      'configuration/invalid',
      "Expected the signature of a judge to have an output 'verdict'. Write 'question, answer -> verdict: bool, feedback'.",
      { option: 'signature' },
    )
  }
  return { module: reasoning(signature), shown: inputs }
}

/** What the fields are is known at run time only. */
const reasoning = (signature: Signature): Module<Example, Example> =>
  chainOfThought(signature as Signature<Example, Example>)
