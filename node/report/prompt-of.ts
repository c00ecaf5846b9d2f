import { type Adapter, chat, type Example, type Module, type Predictor } from '../../src/index.ts'

export interface PromptTurn {
  readonly role: string
  readonly text: string
}

/** The messages a program's first predictor sends for a row, as text. */
export const promptOf = (
  program: Module<Example, Example>,
  row: Example,
  adapter: Adapter = chat,
): readonly PromptTurn[] => {
  const [predictor] = program.predictors
  return predictor === undefined ? [] : predictorPrompt(predictor, row, adapter)
}

/** The messages of one predictor; an input the row does not have is taken from a demo, or left out. */
export const predictorPrompt = (
  { signature, state }: Predictor,
  row: Example,
  adapter: Adapter,
): readonly PromptTurn[] => {
  const [demo] = state.demos
  const input = Object.fromEntries(
    signature.inputs.flatMap(({ name }) => {
      const value = row[name] ?? demo?.[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const format = adapter.forState?.(state) ?? adapter
  return format.format({ signature, demos: state.demos, input }).messages.map(({ role, content }) => ({
    role,
    text:
      typeof content === 'string'
        ? content
        : content.map(part => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n'),
  }))
}
