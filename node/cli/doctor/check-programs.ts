import type { Finding } from './finding.ts'
import type { Machine } from './machine.ts'

const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Programs beside Node that tests use, and people who come from DSPy. */
export const checkPrograms = (machine: Machine): Promise<readonly Finding[]> =>
  Promise.all([checkChromium(machine), checkPython(machine)])

const checkChromium = async (machine: Machine): Promise<Finding> => {
  const about = { name: 'chromium', needed: false, use: 'tests in a browser; nothing else needs it' }
  const given = machine.environment.KKACHI_CHROMIUM
  const path = given ?? chromiumPaths.find(machine.exists)
  const remedy = 'apt-get install chromium   # or set KKACHI_CHROMIUM to one'
  if (path === undefined) return { ...about, state: 'missing', remedy }
  const version = machine.exists(path) ? await machine.run(path, ['--version']) : undefined
  return version === undefined
    ? { ...about, state: 'broken', found: `${path} does not run`, remedy }
    : { ...about, state: 'ok', found: `${version.split('\n').at(-1) ?? ''}, ${path}` }
}

/** Asked of the list of packages: DSPy itself is not run. */
const versions = [
  'import sys, importlib.metadata as m',
  'print(sys.version.split()[0])',
  'print(next((d.version for d in m.distributions() if (d.metadata["Name"] or "").lower() == "dspy"), ""))',
].join('\n')

const checkPython = async (machine: Machine): Promise<Finding> => {
  const about = { name: 'python', needed: false, use: 'tests that compare with DSPy; program files need no Python' }
  const path = machine.environment.KKACHI_PYTHON ?? 'python3'
  const remedy = `${path} -m pip install dspy==3.4.1   # or set KKACHI_PYTHON to a Python that has it`
  const said = await machine.run(path, ['-c', versions])
  if (said === undefined) return { ...about, state: 'missing', remedy }
  const [python = '', dspy = ''] = said.split('\n').map(line => line.trim())
  if (dspy === '') return { ...about, state: 'missing', found: `${python}, without dspy`, remedy }
  return dspy.startsWith('3.4')
    ? { ...about, state: 'ok', found: `${python}, dspy ${dspy}` }
    : { ...about, state: 'broken', found: `${python}, dspy ${dspy}: 3.4 is what we compare with`, remedy }
}
