import { dirname, relative } from 'node:path'
import { hasPool } from '../../src/modules/index.ts'
import type { CompiledProgram, ProgramConstants } from './compile-recipe.ts'
import { slashed } from './file-pattern.ts'
import { commentText, literalText, textLiteral } from './literal-text.ts'

export type Language = 'typescript' | 'javascript'

/**
 * The source of the module that a compiled program becomes: its default export is the program, its constants stand beside
 * it. Everything that was read from files is in it as literals.
 *
 * `file` is where the module will lie, for the addresses of what it imports.
 */
export const moduleText = (compiled: CompiledProgram, language: Language, file: string): string => {
  const isTyped = language === 'typescript'
  const { program, imports, types } = expressions(compiled, file)
  const annotated = isTyped ? `: ${types.program}` : ''
  const named = [...types.names, ...(compiled.state === undefined ? [] : ['ProgramState'])]
  return [
    ...heading(compiled),
    `// Learned: ${compiled.constants.digest}`,
    ...(isTyped && named.length > 0 ? [importLine('import type', named)] : []),
    ...imports,
    '',
    ...(isTyped ? types.lines : []),
    ...constantLines(compiled.constants, 'const'),
    ...trainingLines(compiled, language),
    ...stateLines(compiled, language),
    `const program${annotated} = ${program}`,
    'export default program',
    '',
  ].join('\n')
}

/** The declarations of that module: as long as its types are the same, so are they. */
export const declarationText = (compiled: CompiledProgram, file: string): string => {
  const { imports, types } = expressions(compiled, file)
  const { constants, training, code } = compiled
  return [
    ...heading(compiled),
    ...(types.names.length > 0 ? [importLine('import type', types.names)] : []),
    ...(code === undefined ? [] : imports.slice(-1)),
    '',
    ...types.lines,
    '/** What the task is. */',
    `export declare const instructions: ${instructionsType(constants)}`,
    '/** Demos in all of its predictors. */',
    'export declare const demos: number',
    '/** Rows of the examples it was compiled with. */',
    'export declare const examples: number',
    '/** SHA-256 of what was learned, as program files have it. */',
    'export declare const digest: string',
    ...(training === undefined
      ? []
      : ['/** The rows of the examples. */', `export declare const training: ${rowsType}`]),
    `declare const program: ${types.program}`,
    'export default program',
    '',
  ].join('\n')
}

/** The lines of the constants; `let` where a later version replaces them. */
export const constantLines = (constants: ProgramConstants, how: 'const' | 'let'): readonly string[] =>
  Object.entries(constants).map(([name, value]) => `export ${how} ${name} = ${literalText(value)}`)

/** The parts of a module's text. */
export interface Expressions {
  /** What makes the program. */
  readonly program: string
  readonly imports: readonly string[]
  readonly types: {
    /** Types of the package that it names. */
    readonly names: readonly string[]
    /** What it takes and gives, as types of its own. */
    readonly lines: readonly string[]
    readonly program: string
  }
}

/** What makes the program, what that imports, and what its types are. */
export const expressions = (compiled: CompiledProgram, file: string): Expressions => {
  const { made, code, state, adapter } = compiled
  const isPooled = state !== undefined && hasPool(state)
  const own = [
    ...(made === undefined ? [] : [maker(made.kind)]),
    ...(isPooled ? ['knnDemos', 'lexicalEmbedder'] : []),
    ...(adapter === undefined ? [] : ['withContext', adapter]),
    ...(code !== undefined && state !== undefined ? ['ProgramFileError'] : []),
  ]
  const written = code === undefined ? [] : [`import written from ${textLiteral(address(code, file))}`]
  const imports = [...(own.length === 0 ? [] : [importLine('import', own)]), ...written]
  const base = made === undefined ? 'written' : `${maker(made.kind)}(${textLiteral(made.signature)})`
  const learned = state === undefined ? base : `${base}.withState(state)`
  const looking = isPooled ? `knnDemos(${learned}, { embedder: lexicalEmbedder() })` : learned
  const program = adapter === undefined ? looking : `withContext(${looking}, { adapter: ${adapter} })`
  return { program, imports, types: made === undefined ? writtenTypes(state) : madeTypes(made, isPooled) }
}

/** The lines of what was learned, and of the check that the user's code has a place for it. */
export const stateLines = ({ state, code }: CompiledProgram, language: Language): readonly string[] => {
  if (state === undefined) return []
  const lines = [`const state${language === 'typescript' ? ': ProgramState' : ''} = ${literalText(state)}`]
  if (code === undefined) return lines
  return [
    ...lines,
    'for (const path of Object.keys(written.state)) {',
    '  if (Object.hasOwn(state, path)) continue',
    `  const message = \`The state has nothing for the predictor '\${path}'; it has \${Object.keys(state).join(', ')}. Compile the state of this program.\``,
    "  throw new ProgramFileError('program-file/mismatch', message, { path: '' })",
    '}',
  ]
}

/** The lines of the rows to go on learning from. */
export const trainingLines = ({ training }: CompiledProgram, language: Language): readonly string[] => {
  if (training === undefined) return []
  // Rows are of the data, which the compiler of TypeScript is not to judge.
  const [annotated, cast] =
    language === 'typescript' ? [`: ${rowsType}`, ` as readonly object[] as ${rowsType}`] : ['', '']
  return [`export const training${annotated} = ${literalText(training)}${cast}`]
}

const rowsType = 'readonly (Inputs & Partial<Outputs>)[]'

const heading = ({ origin }: CompiledProgram): readonly string[] => [
  `// Made by kkachi from ${commentText(origin)}: change that, and compile again.`,
]

const importLine = (how: 'import' | 'import type', names: readonly string[]): string =>
  `${how} { ${[...names].sort().join(', ')} } from 'kkachi'`

const maker = (kind: string): string => (kind === 'chain-of-thought' ? 'chainOfThought' : 'predict')

const madeTypes = (
  { kind, signature }: NonNullable<CompiledProgram['made']>,
  isPooled: boolean,
): Expressions['types'] => {
  const reasons = kind === 'chain-of-thought'
  const source = textLiteral(signature)
  const module = isPooled ? 'Module' : 'PredictorModule'
  return {
    names: ['InputsOf', 'OutputsOf', ...(reasons ? ['Reasoned'] : []), module],
    lines: [
      `export type Inputs = InputsOf<${source}>`,
      `export type Outputs = ${reasons ? `Reasoned<OutputsOf<${source}>>` : `OutputsOf<${source}>`}`,
    ],
    program: `${module}<Inputs, Outputs>`,
  }
}

/** The user's own module gives what its `withState` gives. */
const writtenTypes = (state: CompiledProgram['state']): Expressions['types'] => ({
  names: [],
  lines: [
    'export type Inputs = Parameters<typeof written.run>[0]',
    'export type Outputs = Awaited<ReturnType<typeof written.run>>',
  ],
  program: state === undefined ? 'typeof written' : 'ReturnType<typeof written.withState>',
})

const instructionsType = ({ instructions }: ProgramConstants): string =>
  typeof instructions === 'string'
    ? 'string'
    : `{ ${Object.keys(instructions)
        .map(path => `readonly ${textLiteral(path)}: string`)
        .join('; ')} }`

const address = (code: string, file: string): string => {
  const path = slashed(relative(dirname(file), code))
  return path.startsWith('.') ? path : `./${path}`
}
