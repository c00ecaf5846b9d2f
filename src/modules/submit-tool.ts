import { coerce } from '../adapters/coerce.ts'
import { collectFields } from '../adapters/collect-fields.ts'
import type { JsonObject } from '../data/json.ts'
import { assertSafe } from '../data/safe-json.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { PredictionError } from '../errors/prediction-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { Tool } from '../ports/tool.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import type { Signature } from '../signature/signature.ts'

/** The name by which an agent is told to end. */
export const submit = 'submit'

/**
 * The tool that ends an agent: its arguments are the outputs of the signature, read by their types; its result is them.
 * A call that does not fit is told to the model like any other tool's.
 */
export const submitTool = (signature: Signature, description: string): Tool => {
  const names = signature.outputs.map(({ name }) => name)
  const read = (given: JsonObject): object => {
    assertSafe(given)
    const extra = Object.keys(given).some(key => !names.includes(key))
    if (extra) throw refused(`it takes ${names.join(', ')} and nothing else`)
    return collectFields(
      signature,
      '',
      ({ name, type }) => (Object.hasOwn(given, name) ? coerce(type, given[name]) : undefined),
      () => 'is missing',
    )
  }
  return {
    name: submit,
    description,
    parameters: outputJsonSchema(signature),
    async call(given, context) {
      const span = context?.tracer?.start({ kind: 'tool', name: submit, input: given })
      try {
        if (typeof given !== 'object' || given === null) throw refused('it takes an object')
        const output = read(given as JsonObject)
        span?.end({ output })
        return output
      } catch (error) {
        const told = isPredictionError(error)
          ? refused(error.issues.map(({ field, problem }) => `'${field}': ${problem}`).join('; '), error)
          : error
        span?.end({ error: told })
        throw KkachiError.is(told, 'data/unsafe') ? refused('it has a key or a depth that is refused') : told
      }
    },
  }
}

const isPredictionError = (error: unknown): error is PredictionError =>
  KkachiError.is(error) && error.code.startsWith('prediction/')

const refused = (problem: string, cause?: Error): ToolError =>
  new ToolError('tool/arguments', `The arguments for '${submit}' cannot be used: ${problem}. Call it again.`, {
    tool: submit,
    cause,
  })
