import { type CompiledProgram, shapeOf } from '../build/compile-recipe.ts'
import { literalText, textLiteral } from '../build/literal-text.ts'
import { expressions, stateLines, trainingLines } from '../build/module-text.ts'
import { hotProgram } from './hot-program.ts'

/**
 * The source of a compiled program's module for the development server: the same program and constants, and what exchanges
 * them while they are held.
 */
export const developmentText = async (compiled: CompiledProgram, file: string): Promise<string> => {
  const { program, imports } = expressions(compiled, file)
  const names = Object.keys(compiled.constants)
  return [
    ...imports,
    ...Object.entries(compiled.constants).map(([name, value]) => `export let ${name} = ${literalText(value)}`),
    ...trainingLines(compiled, 'javascript'),
    ...stateLines(compiled, 'javascript'),
    `let program = ${program}`,
    'if (import.meta.hot) {',
    '  import.meta.hot.accept()',
    `  const hotProgram = ${String(hotProgram)}`,
    '  program = hotProgram(import.meta.hot, {',
    '    program,',
    `    shape: ${textLiteral(await shapeOf(compiled))},`,
    `    constants: { ${names.join(', ')} },`,
    `    follow: next => { ({ ${names.join(', ')} } = next) },`,
    '  })',
    '}',
    'export default program',
    '',
  ].join('\n')
}
