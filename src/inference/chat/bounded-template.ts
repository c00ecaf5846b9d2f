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
      const result = super.evaluate(stripping(node), scope)
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

/**
 * `text.strip('\n')` and its like take the characters that they are told: the library (0.5.11) takes all space whatever it is
 * told, and the indentation of an earlier answer would be lost.
 */
const stripping = (node: unknown): unknown => {
  if (!isRecord(node) || node.type !== 'CallExpression' || !Array.isArray(node.args) || node.args.length !== 1)
    return node
  const { callee } = node
  if (!isRecord(callee) || callee.type !== 'MemberExpression' || callee.computed === true) return node
  const name = isRecord(callee.property) ? `${String(callee.property.value)} of` : ''
  if (!Object.hasOwn(strippers, name)) return node
  return { type: 'CallExpression', callee: { type: 'Identifier', value: name }, args: [callee.object, ...node.args] }
}

const stripper =
  (ends: 'both' | 'left' | 'right') =>
  (text: unknown, characters: unknown): string => {
    if (typeof text !== 'string' || typeof characters !== 'string') throw new Error('Only texts can be stripped.')
    const taken = new Set(characters)
    let all = Array.from(text)
    if (ends !== 'right') all = all.slice(firstKept(all, taken))
    if (ends !== 'left') all = all.slice(0, all.length - firstKept(all.toReversed(), taken))
    return all.join('')
  }

const firstKept = (characters: readonly string[], taken: ReadonlySet<string>): number => {
  const at = characters.findIndex(character => !taken.has(character))
  return at < 0 ? characters.length : at
}

/** Under names that no template can write. */
const strippers = { 'strip of': stripper('both'), 'lstrip of': stripper('left'), 'rstrip of': stripper('right') }

const globals = {
  ...{ true: true, True: true, false: false, False: false, none: null, None: null },
  range,
  ...strippers,
  raise_exception(message: unknown): never {
    throw new Error(String(message))
  },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
