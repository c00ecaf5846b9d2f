import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileFile } from '../../../node/build/compile-file.ts'
import { moduleFiles, writeStale } from '../../../node/build/module-files.ts'
import { predict, saveProgram } from '../../../src/index.ts'

const here = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

let folder = ''
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-types-'))
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
  const options = { noEmit: true, target: 'ES2023', lib: ['ES2023'], types: [], verbatimModuleSyntax: true }
  const resolved = { module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true }
  const perFile = { declaration: true, isolatedDeclarations: true }
  const paths = { kkachi: [here('src/index.ts')] }
  const compilerOptions = { ...options, ...strict, ...resolved, ...perFile, paths }
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts', here('src/globals.d.ts')] }))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What the compiler of TypeScript says of the folder. */
const complaints = (): string => {
  try {
    return execFileSync(process.execPath, [here('node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout)
    throw error
  }
}

const compile = async (source: string, ...outs: readonly string[]): Promise<void> => {
  const compiled = await compileFile(join(folder, source))
  for (const out of outs) await writeStale(moduleFiles(compiled, join(folder, out)))
}

const use = (module: string): string => `
import program, { digest, type Inputs, instructions, type Outputs, training } from ${JSON.stringify(module)}
import type { Context } from 'kkachi'

export const ask = async (context: Context): Promise<'spam' | 'ham'> => {
  const input: Inputs = { text: 'Win!' }
  const { label, reasoning, sure } = await program.run(input, context)
  const output: Outputs = { label, reasoning, sure }
  const row: 'spam' | 'ham' | undefined = training[0]?.label
  // @ts-expect-error a field there is not
  void output.mood
  // @ts-expect-error an input of another type
  void program.run({ text: 5 }, context)
  return [digest, instructions, reasoning, row, sure].length > 0 ? label : 'ham'
}
void program.prompt({ text: 'Win!' }).messages
`

describe('what is generated', () => {
  test('has the types of its signature or of the user’s own program: as TypeScript, as declarations, beside its source', async () => {
    write('rows.jsonl', '{"text": "Win!", "label": "spam", "sure": true, "id": 1}\n{"text": 5, "label": null}\n')
    const signature = "text -> label: 'spam' | 'ham', sure?: bool"
    const source = { signature, module: 'chain-of-thought', adapter: 'json', examples: 'rows.jsonl', training: true }
    write('triage.kkachi', JSON.stringify(source))
    mkdirSync(join(folder, 'lib'), { recursive: true })
    await compile('triage.kkachi', 'typed.ts', 'lib/plain.js', 'triage.kkachi.d.ts')
    write('use-typed.ts', use('./typed.ts'))
    write('use-plain.ts', use('./lib/plain.js'))
    write('use-source.ts', use('./triage.kkachi'))
    const state = JSON.parse(await saveProgram(predict('text -> label')))
    write('rag.json', JSON.stringify({ sort: { ...state, metadata: undefined } }))
    write(
      'rag.ts',
      "import { type Module, predict, program } from 'kkachi'\nconst rag: Module<{ text: string }, { label: string }> = program('text -> label', { sort: predict('text -> label') }, (input, { sort }) => sort(input))\nexport default rag\n",
    )
    write('rag.kkachi', '{"program": "./rag.ts", "state": "rag.json", "adapter": "xml"}')
    await compile('rag.kkachi', 'learned-rag.ts', 'rag.kkachi.d.ts')
    write(
      'use-rag.ts',
      ['./learned-rag.ts', './rag.kkachi']
        .map(
          (name, index) =>
            `import rag${index} from '${name}'\nexport const input${index}: Parameters<typeof rag${index}.run>[0] = { text: 'x' }\n// @ts-expect-error\nvoid rag${index}.run({ text: 5 }, { model: undefined })\n`,
        )
        .join(''),
    )
    expect(complaints()).toBe('')
  })
})
