import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-quiet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a process that runs this program leaves in the home and in the working folder of its user. */
const leftBy = (name: string, program: string): readonly string[] => {
  const home = join(folder, name)
  mkdirSync(join(home, 'work'), { recursive: true })
  const { CI: _, ORT_DISABLE_TELEMETRY: __, ...inherited } = process.env // where CI is set, nothing is reported anyway
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(home, 'work'),
    env: { ...inherited, HOME: home, XDG_CACHE_HOME: join(home, '.cache') },
  })
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(path => /deviceid|\.db|\.ses/.test(path))
}

const node = new URL('../../../node/', import.meta.url).href

test('a local model in Node leaves no id of the machine behind, and reports to nobody', () => {
  const program = `import { localModel } from '${node}models/local-model.ts'
    import { nodeHardware } from '${node}inference/node-hardware.ts'
    await nodeHardware().look()
    await localModel('nano').load()`
  expect(leftBy('quiet', program)).toEqual([])
}, 240_000)
