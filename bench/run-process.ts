import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const started = promisify(execFile)
const folder = import.meta.dirname

/** Runs a program of its own process and gives the line it prints last. */
const lastLine = async (command: string, parameters: readonly string[]): Promise<string> => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const { stdout } = await started(command, parameters, {
    cwd: folder,
    env: { ...env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    maxBuffer: 2 ** 26,
  })
  return stdout.trimEnd().split('\n').at(-1) ?? ''
}

const printedNumber = async (command: string, parameters: readonly string[]): Promise<number> => {
  const line = await lastLine(command, parameters)
  if (line === '' || Number.isNaN(Number(line)))
    throw new TypeError(`${parameters.join(' ')} printed no number: ${line}`)
  return Number(line)
}

/** A file of this folder, run by the Node that runs this one. */
export const runFile = (file: string, ...parameters: readonly string[]): Promise<number> =>
  printedNumber(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...parameters])

/** The Python that has DSPy, if there is one. */
export const python = process.env.KKACHI_PYTHON

const dspyPeer = (parameters: readonly string[]) =>
  [python ?? 'python3', ['peers/dspy_peer.py', ...parameters]] as const

export const runPython = (...parameters: readonly string[]): Promise<number> => printedNumber(...dspyPeer(parameters))

export const runPythonText = (...parameters: readonly string[]): Promise<string> => lastLine(...dspyPeer(parameters))
