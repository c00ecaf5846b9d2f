import { parseJson } from '../../src/data/index.ts'
import { type AdapterPrompt, ConfigurationError, type Context, costOf, type Example, usageOf } from '../../src/index.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, logFlags, modelFlags, programFlags, required, traceFlags } from './flags.ts'
import { type AnyProgram, programFromFlags } from './program-from-flags.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi run`: one prediction. */
export const runCommand: Command = {
  name: 'run',
  summary: 'one prediction',
  usage: `kkachi run --signature "text -> label" --input '{"text": "…"}'`,
  flags: {
    ...programFlags,
    input: { value: 'JSON|-', help: 'the input fields, or - for standard input' },
    'print-prompt': { help: 'the messages that would be sent, as JSON; no model is asked' },
    ...modelFlags,
    ...logFlags,
    ...traceFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const given = required(flags, 'input', `'{"text": "…"}'`)
    const program = await programFromFlags(flags, terminal.environment)
    const input = inputFields(given === '-' ? await terminal.readInput() : given)
    const { context, prices, writeTrace } = await contextFromFlags(flags, terminal, signal)
    if (flags['print-prompt'] === true) {
      terminal.out(`${JSON.stringify(promptOf(program, input, context), null, flags.json === true ? 0 : 2)}\n`)
      return exitCodes.done
    }
    const output = await program.run(input, context).finally(writeTrace)
    const usage = usageOf(output)
    const cost = costOf(context.model.id, usage, prices)
    terminal.out(
      flags.json === true
        ? jsonLine({
            ...{ type: 'result', output, calls: usage.calls, cachedCalls: usage.cachedCalls },
            tokens: { input: usage.inputTokens, output: usage.outputTokens },
            ...(cost === undefined ? {} : { cost }),
          })
        : `${JSON.stringify(output, null, 2)}\n`,
    )
    return exitCodes.done
  },
}

/** What the one predictor of a program would send. */
const promptOf = ({ predictors }: AnyProgram, input: Example, { adapter, model }: Context): AdapterPrompt => {
  const [predictor, ...others] = predictors
  if (predictor !== undefined && others.length === 0) {
    const { capabilities } = model
    return predictor.prompt(input, { ...(adapter && { adapter }), ...(capabilities && { capabilities }) })
  }
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --print-prompt with a program of one predictor, this one has ${predictors.length}. Write --log FILE --log-content to see what they send.`,
    { option: 'print-prompt' },
  )
}

const inputFields = (text: string): Example => {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw notAnObject(error instanceof SyntaxError ? 'it is not JSON' : 'it is refused for safety', error)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Example
  throw notAnObject('it is JSON of another kind')
}

const notAnObject = (reason: string, cause?: unknown): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected --input to be a JSON object of the input fields, but ${reason}. Write --input '{"text": "…"}'.`,
    { option: 'input', ...(cause === undefined ? {} : { cause }) },
  )
