import type { JinjaLibrary } from '../bring-text-libraries.ts'

/** Renders one chat template. */
export type Render = (values: Readonly<Record<string, unknown>>) => string

/** Enough for 9,000 messages in the template of Qwen3. */
const maxSteps = 1_000_000
const maxCharacters = 2 ** 24
const maxItems = 2 ** 16

/**
 * Compiles a Jinja template, which comes with a model and is trusted no more than it: it is interpreted, reaches what it is
 * given and nothing else, and neither runs for ever nor writes without end.
 *
 * It is told no time (`strftime_now`): templates that ask for the date take a fixed one then, and the same messages are the
 * same prompt tomorrow.
 *
 * @throws Error for a template that cannot be read; rendering throws for what the template refuses, and at its bounds
 */
export const boundedTemplate = (
  { Environment, Interpreter, parse, tokenize }: JinjaLibrary,
  template: string,
): Render => {
  const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }))

  class BoundedInterpreter extends Interpreter {
    steps = 0
    /** What loops walk: of a loop that does nothing no step is seen. */
    walked = new WeakSet<object>()

    override evaluate(node: unknown, scope: unknown): { readonly value: unknown } {
      const loop = isRecord(node) && node.type === 'For' ? node.iterable : undefined
      if (isRecord(loop)) this.walked.add(loop)
      if (isRecord(loop) && isRecord(loop.lhs)) this.walked.add(loop.lhs)
      const result = super.evaluate(node, scope)
      const { value } = result
      this.steps += Array.isArray(value) && isRecord(node) && this.walked.has(node) ? 1 + value.length : 1
      if (this.steps > maxSteps) throw new Error(`The template takes more than ${maxSteps} steps.`)
      if (typeof value === 'string' && value.length > maxCharacters) {
        throw new Error(`The template writes more than ${maxCharacters} characters.`)
      }
      return result
    }
  }

  return values => {
    const scope = new Environment()
    for (const [name, value] of Object.entries({ ...globals, ...values })) scope.set(name, value)
    const { value } = new BoundedInterpreter(scope).run(program)
    if (typeof value !== 'string') throw new Error('The template writes no text.')
    return value
  }
}

const range = (...bounds: readonly unknown[]): readonly number[] => {
  const [first = 0, second, by = 1] = bounds.map(bound => (typeof bound === 'number' ? bound : undefined))
  const [from, to] = second === undefined ? [0, first] : [first, second]
  const count = Math.max(0, Math.ceil((to - from) / by))
  if (!(count <= maxItems)) throw new Error(`A range of a template has more than ${maxItems} items.`)
  return Array.from({ length: count }, (_, index) => from + index * by)
}

const globals = {
  ...{ true: true, True: true, false: false, False: false, none: null, None: null },
  range,
  raise_exception(message: unknown): never {
    throw new Error(String(message))
  },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
