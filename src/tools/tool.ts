import type { JsonObject, JsonSchema, JsonValue } from '../data/json.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { Tool, ToolContext } from '../ports/tool.ts'
import type { StandardSchema } from '../signature/standard-schema.ts'
import { plainJson } from './plain-json.ts'
import type { SchemaChecker } from './schema-checker.ts'
import { argumentChecker, checkDefinition, parametersOf } from './tool-definition.ts'
import { unlessAborted } from './unless-aborted.ts'

interface Described {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  /** What it does and when to call it: all that a model knows of it beside its schema. */
  readonly description: string
  /** Ask `Context.approve` before each call; false when absent. */
  readonly needsApproval?: boolean
}

/** A tool whose arguments a Standard Schema describes and checks. */
export interface SchemaToolOptions<Input, Arguments, Result> extends Described {
  /** Of zod, valibot, arktype. */
  readonly schema: StandardSchema<Input, Arguments>
  /** The JSON schema of it, where the schema cannot give its own. */
  readonly parameters?: JsonSchema
  readonly run: (given: Arguments, context: ToolContext) => Result | Promise<Result>
}

/** A tool whose arguments a plain JSON schema describes; it is checked here. */
export interface JsonSchemaToolOptions<Result> extends Described {
  readonly schema?: undefined
  readonly parameters: JsonSchema
  readonly run: (given: JsonObject, context: ToolContext) => Result | Promise<Result>
}

interface AnyToolOptions extends Described {
  readonly schema?: StandardSchema | undefined
  readonly parameters?: JsonSchema
  readonly run: (given: never, context: ToolContext) => unknown
}

/**
 * A tool: something a model may ask to have done, checked before and after.
 *
 * 1. Arguments are checked before anything runs: missing, of a wrong type, not named by the schema, `__proto__`. A JSON
 *    schema is checked here (types, properties, items, enum, limits, `pattern`, anyOf, oneOf, allOf, `$ref`); one with others
 *    is refused when the tool is made. An object with `properties` takes no others unless `additionalProperties` says so.
 * 2. `run` gets a copy of the arguments that is plain JSON, or what the Standard Schema made of it.
 * 3. The result is JSON or text; anything else is an error, and nothing reads as null.
 * 4. With `needsApproval`, `context.approve` is asked about each call, after its arguments were found right.
 * 5. Each call is a span of kind `tool`.
 *
 * @throws ToolError `tool/definition`; call() throws `tool/arguments` with the path of what is wrong, `tool/refused`,
 * `tool/failed` with what `run` threw as its cause, and the signal's reason when it aborts. ToolError and BudgetError of
 * `run` pass as they are
 * @example
 * const search = tool({
 *   name: 'search',
 *   description: 'Searches the manual.',
 *   schema: z.object({ query: z.string(), limit: z.int().max(10).default(3) }),
 *   run: ({ query, limit }, { signal }) => searchManual(query, limit, signal),
 * })
 * @example
 * const pay = tool({
 *   name: 'pay',
 *   description: 'Pays an invoice.',
 *   parameters: { type: 'object', properties: { invoice: { type: 'string' } }, required: ['invoice'] },
 *   needsApproval: true,
 *   run: ({ invoice }) => payInvoice(String(invoice)),
 * })
 */
export function tool<Input, Arguments, Result>(
  options: SchemaToolOptions<Input, Arguments, Result>,
): Tool<Input, Result>
export function tool<Result>(options: JsonSchemaToolOptions<Result>): Tool<JsonObject, Result>
export function tool(options: AnyToolOptions): Tool<never, never> {
  const { name, description, schema, needsApproval = false } = options
  checkDefinition(name, description)
  const parameters = parametersOf(name, schema, options.parameters)
  const check = argumentChecker(name, parameters, schema === undefined ? 'refuse' : 'ignore')
  const run = options.run as Work['run']
  return definedTool({ name, description, parameters, needsApproval, check, schema, run }) as Tool<never, never>
}

/** A tool with everything about it checked. */
export interface Work {
  readonly name: string
  readonly description: string
  readonly parameters: JsonSchema
  readonly needsApproval: boolean
  readonly check: SchemaChecker
  readonly schema: StandardSchema | undefined
  readonly run: (given: unknown, context: ToolContext) => unknown
}

/** What `tool` gives, for tools whose schema was checked by other rules. */
export const definedTool = (work: Work): Tool => {
  const { name, description, parameters, needsApproval } = work
  const defined: Tool = {
    name,
    description,
    parameters,
    ...(needsApproval ? { needsApproval } : undefined),
    async call(given, context = {}) {
      const span = context.tracer?.start({ kind: 'tool', name, input: given })
      try {
        const output = await answer(work, given, span === undefined ? context : { ...context, tracer: span.tracer })
        span?.end({ output })
        return output
      } catch (error) {
        span?.end({ error })
        throw error
      }
    },
  }
  checking.add(defined)
  return defined
}

/** The tools that check what they are given and ask for approval themselves. */
const checking = new WeakSet<Tool>()

/**
 * The tool itself where it was made here, else one around it: whoever made a tool, its arguments are checked as far as its
 * schema can be, and nothing that needs approval runs without it.
 *
 * @throws ToolError `tool/definition`
 */
export const checkedTool = (given: Tool): Tool => {
  if (checking.has(given)) return given
  const { name, description, needsApproval = false } = given
  checkDefinition(name, description)
  const parameters = parametersOf(name, undefined, given.parameters)
  const check = argumentChecker(name, parameters, 'ignore')
  // It was asked about here, with these arguments.
  const run: Work['run'] = (plain, context) => given.call(plain, { ...context, approve: () => true })
  return definedTool({ name, description, parameters, needsApproval, check, schema: undefined, run })
}

const answer = async (work: Work, given: unknown, context: ToolContext): Promise<JsonValue> => {
  const { name, needsApproval, schema, run } = work
  const { signal } = context
  signal?.throwIfAborted()
  const plain = checkedArguments(work, given)
  const converted = schema === undefined ? plain : await validated(name, schema, plain)
  if (needsApproval) await approval(name, plain, context)
  let result: unknown
  try {
    result = await unlessAborted(() => run(converted, context), signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (KkachiError.is(error) && /^(tool|budget)\//.test(error.code)) throw error
    throw new ToolError('tool/failed', `The tool '${name}' broke off. Look at the cause of this error.`, {
      tool: name,
      cause: error,
    })
  }
  const output = plainJson(result ?? null)
  if ('value' in output) return output.value
  throw new ToolError(
    'tool/failed',
    `Expected the tool '${name}' to give JSON or text; ${at(output.path)}${output.problem}. Return plain data.`,
    { tool: name },
  )
}

const checkedArguments = ({ name, check }: Work, given: unknown): JsonValue => {
  const plain = plainJson(given)
  const wrong = 'problem' in plain ? plain : check(plain.value)
  if ('value' in plain && wrong === undefined) return plain.value
  throw wrongArguments(name, wrong?.path ?? '', wrong?.problem ?? 'cannot be used')
}

const validated = async (name: string, schema: StandardSchema, value: JsonValue): Promise<unknown> => {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  const [issue] = result.issues
  const path = (issue?.path ?? []).map(part => String(typeof part === 'object' ? part.key : part)).join('.')
  throw wrongArguments(name, path, 'is not what its schema takes', new Error(issue?.message))
}

const wrongArguments = (tool: string, path: string, problem: string, cause?: Error): ToolError =>
  new ToolError(
    'tool/arguments',
    `The arguments for the tool '${tool}' cannot be used: ${at(path)}${problem}. Call it with what its schema names.`,
    { tool, path, ...(cause === undefined ? undefined : { cause }) },
  )

const at = (path: string): string => (path === '' ? '' : `'${path}': `)

const approval = async (tool: string, given: JsonValue, { approve, signal, path = '' }: ToolContext): Promise<void> => {
  // Whoever is asked gets a copy: what was agreed to is what runs.
  const call = { tool, arguments: structuredClone(given), path }
  const approved = approve !== undefined && (await unlessAborted(() => approve(call), signal)) === true
  if (approved) return
  throw new ToolError(
    'tool/refused',
    approve === undefined
      ? `The tool '${tool}' needs approval and nobody can be asked. Give the context an \`approve\` function.`
      : `The tool '${tool}' needs approval, which was not given.`,
    { tool },
  )
}
