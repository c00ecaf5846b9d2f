import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { testTerminal } from '../cli/test-terminal.ts'

const here = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const call = "await promptBuilder().examplesFrom('training/*.json').output('src/generated/x.ts').build()"

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the examples of builds', () => {
  test('build.ts calls the prompt builder exactly as the founding documents do, and so does the guide', async () => {
    expect(readFileSync(here('examples/build/build.ts'), 'utf8')).toContain(`\n${call}\n`)
    expect(readFileSync(here('docs/guide/build-time.md'), 'utf8')).toContain(`\n${call}\n`)
    const folder = mkdtempSync(join(tmpdir(), 'kkachi-example-'))
    cpSync(here('examples/build/training'), join(folder, 'training'), { recursive: true })
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    await import('../../../examples/build/build.ts')
    const generated = readFileSync(join(folder, 'src/generated/x.ts'), 'utf8')
    expect(generated).toContain('predict("text: string -> label: string").withState(state)')
    expect(generated).toContain('export const demos = 6')
    expect(generated).toContain('text: "Lunch on Thursday at the usual place?",')
    rmSync(folder, { recursive: true })
  })

  test('the declarations beside the source of the Vite example are those it compiles to', async () => {
    const [source, out] = [here('examples/vite/spam.kkachi'), here('examples/vite/spam.kkachi.d.ts')]
    const terminal = testTerminal()
    const code = await main(['compile', source, '--out', out, '--check'], terminal, new AbortController().signal)
    expect([code, terminal.stderr()]).toEqual([0, ''])
  })
})
