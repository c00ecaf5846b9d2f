import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterEach, describe, expect, test } from 'vitest'
import type { PredictorModule } from '../../../src/index.ts'
import { scriptedModel } from '../../../src/testing/index.ts'
import { learned, type ViteProject, viteProject } from './vite-project.ts'

let project: ViteProject
afterEach(() => project.close())

interface Built {
  readonly program: PredictorModule<{ text: string }, { label: string }>
  readonly instructions: string
}

/** Builds a library of one source as users do, and loads it. */
const built = async (files: Readonly<Record<string, string>>): Promise<{ module: Built; code: string }> => {
  const entry = "export { default as program, instructions } from './triage.kkachi'\n"
  project = viteProject({ 'entry.js': entry, ...files })
  const lib = { entry: join(project.folder, 'entry.js'), formats: ['es' as const], fileName: () => 'out.mjs' }
  await build({ ...project.config, build: { lib, minify: false, target: 'es2023', outDir: 'dist' } })
  const file = join(project.folder, 'dist/out.mjs')
  return { module: await import(pathToFileURL(file).href), code: readFileSync(file, 'utf8') }
}

describe('a program in a build', () => {
  test('is the module with what it learned, without what the development server needs', async () => {
    const { module, code } = await built({
      'triage.kkachi': '{"state": "learned/triage.json"}',
      'learned/triage.json': learned('Sort the mail.'),
    })
    const model = scriptedModel(['[[ ## label ## ]]\nspam\n\n[[ ## completed ## ]]'])
    expect(await module.program.run({ text: 'Win!' }, { model })).toEqual({ label: 'spam' })
    expect(JSON.stringify(model.calls[0])).toContain('Sort the mail.')
    expect(module.instructions).toBe('Sort the mail.')
    expect(code).not.toMatch(/import\.meta|hotProgram|followers|invalidate/)
  })

  test('asks in the format and with the demos that the source says', async () => {
    const { module } = await built({
      'triage.kkachi':
        '{"signature": "text -> label", "adapter": "json", "examples": "rows.csv", "demos": 1, "seed": 3}',
      'rows.csv': 'text,label\nWin!,spam\nLunch?,ham\n',
    })
    const model = scriptedModel(['{"label": "ham"}'])
    expect(await module.program.run({ text: 'Dinner?' }, { model })).toEqual({ label: 'ham' })
    expect(module.program.state.self?.demos).toHaveLength(1)
  })

  test('ends with file and line where something is wrong, and leaves no types', async () => {
    const files = {
      'triage.kkachi': '{"signature": "text -> label",\n"examples": "rows.jsonl"}',
      'rows.jsonl': '{"text": "Win!", "label": "spam"}\n{"text": "Lunch?"}\n',
    }
    await expect(built(files)).rejects.toThrow(/rows\.jsonl:2: expected the right answer in 'label'/)
    expect(readdirSync(project.folder)).not.toContain('triage.kkachi.d.ts')
  })

  test('applies a state to a program of the user', async () => {
    const state = JSON.parse(learned('Answer briefly.'))
    const { module } = await built({
      'triage.kkachi': '{"program": "./rag.js", "state": "rag.json"}',
      'rag.js':
        "import { predict, program } from 'kkachi'\nexport default program('text -> label', { sort: predict('text -> label') }, (input, { sort }) => sort(input))\n",
      'rag.json': JSON.stringify({ sort: { ...state, metadata: undefined } }),
    })
    expect(module.program.state.sort?.signature.instructions).toBe('Answer briefly.')
    expect(module.instructions).toBe('Answer briefly.')
  })

  test('refuses a state that has nothing for a predictor of the user’s program', async () => {
    const files = {
      'triage.kkachi': '{"program": "./rag.js", "state": "rag.json"}',
      'rag.js':
        "import { predict, program } from 'kkachi'\nexport default program('text -> label', { sort: predict('text -> label') }, (input, { sort }) => sort(input))\n",
      'rag.json': learned('Answer briefly.'),
    }
    await expect(built(files)).rejects.toThrow("The state has nothing for the predictor 'sort'; it has self.")
  })

  test('is the one of the example', async () => {
    project = viteProject({})
    const root = fileURLToPath(new URL('../../../examples/vite', import.meta.url))
    const outDir = join(project.folder, 'dist')
    await build({ ...project.config, root, build: { outDir, emptyOutDir: true, target: 'es2023' } })
    const [script = ''] = readdirSync(join(outDir, 'assets'))
    const code = readFileSync(join(outDir, 'assets', script), 'utf8')
    expect(code).toContain('Newsletters that one asked for are not.')
    expect(code).not.toContain('vite:afterUpdate')
  })
})
