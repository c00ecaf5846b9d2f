import { isPython } from '../modules/flex-source.ts'
import type { AnyModule, ProgramState } from '../ports/module.ts'
import type { ChangedPart } from './candidate.ts'
import { instructionsOf, withInstructions, withPredictor } from './instructions.ts'

/** A text of a program that can be rewritten: the instructions of a predictor, or the code of a flex. */
export interface Component {
  readonly path: string
  readonly part: Extract<ChangedPart, 'instructions' | 'code'>
}

/** The texts of a program: its predictors in program order, then the modules whose code is learned, but for Python. */
export const componentsOf = ({ predictors, state }: Pick<AnyModule, 'predictors' | 'state'>): readonly Component[] => [
  ...predictors.map(({ path }): Component => ({ path, part: 'instructions' })),
  ...Object.keys(state)
    .filter(path => {
      const source = state[path]?.module_src
      return typeof source === 'string' && !isPython(source)
    })
    .map((path): Component => ({ path, part: 'code' })),
]

/** The text that a state has for a component. */
export const componentText = (state: ProgramState, { path, part }: Component): string =>
  part === 'instructions' ? instructionsOf(state, path) : String(state[path]?.module_src ?? '')

/** The state with another text for a component. */
export const withComponent = (state: ProgramState, { path, part }: Component, text: string): ProgramState =>
  part === 'instructions'
    ? withInstructions(state, path, text)
    : withPredictor(state, path, predictor => ({ ...predictor, module_src: text }))
