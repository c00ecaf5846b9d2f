import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const link = join(import.meta.dirname, 'node_modules', 'kkachi')

const newestSource = (): number =>
  Math.max(
    ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => statSync(join(root, 'src', file)).mtimeMs),
  )

/** Makes `import 'kkachi'` mean what the package holds: its build, made again if the sources are newer. */
export const kkachiBuild = (): void => {
  const entry = join(root, 'dist', 'index.js')
  if (!existsSync(entry) || statSync(entry).mtimeMs < newestSource())
    execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'ignore', shell: process.platform === 'win32' })
  rmSync(link, { force: true })
  symlinkSync(join('..', '..'), link, 'dir')
}
