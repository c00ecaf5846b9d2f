import { execFileSync } from 'node:child_process'

export const python: string = process.env.KKACHI_PYTHON ?? 'python3'

/** Why the tests against Python DSPy cannot run here; undefined when they can. */
export const noDspy = ((): string | undefined => {
  try {
    const version = run('import dspy; print(dspy.__version__)').trim()
    return version.startsWith('3.4') ? undefined : `DSPy 3.4 wanted, ${version} found`
  } catch {
    return 'no Python with DSPy 3.4; pip install dspy==3.4.1 and set KKACHI_PYTHON to that Python'
  }
})()

/** What a Python program prints. */
export function run(program: string, ...args: readonly string[]): string {
  return execFileSync(python, ['-c', program, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
