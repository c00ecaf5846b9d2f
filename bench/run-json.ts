import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const started = promisify(execFile)
const folder = import.meta.dirname

/** Runs a program of its own process and reads the JSON it prints last. */
export const runJson = async (command: string, parameters: readonly string[]): Promise<unknown> => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const { stdout } = await started(command, parameters, {
    cwd: folder,
    env: { ...env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

export const runNumber = async (command: string, parameters: readonly string[]): Promise<number> => {
  const value = await runJson(command, parameters)
  if (typeof value !== 'number') throw new TypeError(`${parameters.join(' ')} printed no number.`)
  return value
}

/** A file of this folder, run by the Node that runs this one. */
export const runFile = (file: string, ...parameters: readonly string[]): Promise<number> =>
  runNumber(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...parameters])

/** The Python that has DSPy, if there is one. */
export const python = process.env['KKACHI_PYTHON']

export const runPython = (...parameters: readonly string[]): Promise<number> =>
  runNumber(python ?? 'python3', ['peers/dspy_peer.py', ...parameters])
