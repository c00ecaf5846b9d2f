import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, createServerModuleRunner, type ViteDevServer } from 'vite'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { learned, type ViteProject, viteProject } from './vite-project.ts'

let project: ViteProject
let server: ViteDevServer | undefined

const serve = async (files: Readonly<Record<string, string>>): Promise<ViteDevServer> => {
  project = viteProject(files)
  server = await createServer({ ...project.config, server: { middlewareMode: true, ws: false } })
  return server
}

afterEach(async () => {
  await server?.close()
  server = undefined
  project.close()
})

/** Loads the program as a server of the user's does, and holds it. */
const held = async (started: ViteDevServer) => {
  const runner = createServerModuleRunner(started.environments.ssr)
  return (await runner.import('/holder.js')) as {
    readonly program: { readonly state: { readonly self: { signature: { instructions: string }; demos: unknown[] } } }
    readonly constants: { readonly digest: string; readonly demos: number }
  }
}

const holder =
  "import program, * as constants from './triage.kkachi'\nexport { program, constants }\nglobalThis.loads = (globalThis.loads ?? 0) + 1\n"

describe('a program of the development server', () => {
  test('goes on with what was learned last, in the hands that hold it, and types that stay are not written again', async () => {
    const files = { 'triage.kkachi': '{"state": "triage.json"}', 'triage.json': learned('Guess.'), 'holder.js': holder }
    const { program, constants } = await held(await serve(files))
    expect(program.state.self.signature.instructions).toBe('Guess.')
    const before = constants.digest
    const declared = statSync(join(project.folder, 'triage.kkachi.d.ts'))
    for (const instructions of ['Think.', 'Think twice.']) {
      project.write('triage.json', learned(instructions))
      await vi.waitFor(() => expect(program.state.self.signature.instructions).toBe(instructions), 40_000)
    }
    expect(constants.digest).not.toBe(before)
    expect(statSync(join(project.folder, 'triage.kkachi.d.ts'))).toMatchObject({ ino: declared.ino })
  })

  test('goes on with other examples, also those of a new file', async () => {
    const files = {
      'triage.kkachi': '{"signature": "text -> label", "examples": "training/*.jsonl"}',
      'training/a.jsonl': '{"text": "Win!", "label": "spam"}\n',
      'holder.js': holder,
    }
    const { program, constants } = await held(await serve(files))
    expect(program.state.self.demos).toHaveLength(1)
    project.write('training/b.jsonl', '{"text": "Lunch?", "label": "ham"}\n')
    await vi.waitFor(() => expect(program.state.self.demos).toHaveLength(2), 40_000)
    expect(constants.demos).toBe(2)
    project.write('training/a.jsonl', '{"text": "Win!", "label": "spam"}\n{"text": "Sell!", "label": "spam"}\n')
    await vi.waitFor(() => expect(program.state.self.demos).toHaveLength(3), 40_000)
  })

  test('keeps what it knows while a file is broken, and takes the next good one', async () => {
    const files = { 'triage.kkachi': '{"state": "triage.json"}', 'triage.json': learned('Guess.'), 'holder.js': holder }
    const started = await serve(files)
    const { program } = await held(started)
    project.write('triage.json', '{ broken')
    const asked = () => started.environments.ssr.transformRequest('/triage.kkachi')
    await vi.waitFor(() => expect(asked()).rejects.toThrow('triage.json:1: Expected a program file in JSON'), 40_000)
    expect(program.state.self.signature.instructions).toBe('Guess.')
    project.write('triage.json', learned('Think.'))
    await vi.waitFor(() => expect(program.state.self.signature.instructions).toBe('Think.'), 40_000)
  })

  test('has its types beside the source', async () => {
    await held(await serve({ 'triage.kkachi': '{"signature": "text -> label"}', 'holder.js': holder }))
    expect(readFileSync(join(project.folder, 'triage.kkachi.d.ts'), 'utf8')).toContain(
      'declare const program: PredictorModule<Inputs, Outputs>',
    )
  })

  test('is an error with file and line where it cannot be compiled', async () => {
    const started = await serve({ 'triage.kkachi': '{\n  "signature": "text label"\n}', 'holder.js': holder })
    const asked = started.environments.client.transformRequest('/triage.kkachi')
    const file = join(project.folder, 'triage.kkachi')
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining(`${file}:2: Expected ',' or '->' in signature`),
      loc: { file, line: 2 },
      frame: expect.stringContaining('"signature": "text label"'),
      plugin: 'kkachi',
    })
  })
})
