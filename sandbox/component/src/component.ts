import './platform.ts'
import { chat } from '../../../src/adapters/chat.ts'
import { json } from '../../../src/adapters/json.ts'
import type { Example } from '../../../src/data/example.ts'
import { parseJson } from '../../../src/data/safe-json.ts'
import { KkachiError } from '../../../src/errors/kkachi-error.ts'
import { ProgramFileError } from '../../../src/errors/program-file-error.ts'
import { loadProgram } from '../../../src/modules/load-program.ts'
import { usageOf } from '../../../src/modules/prediction-details.ts'
import { readProgramFile } from '../../../src/modules/program-file.ts'
import type { Adapter } from '../../../src/ports/adapter.ts'
import type { Context } from '../../../src/ports/context.ts'
import type { LanguageModel } from '../../../src/ports/language-model.ts'
import type { Module } from '../../../src/ports/module.ts'
import { signatureText } from '../../../src/signature/signature-text.ts'
import { drain } from './drained-promise.ts'
import type { Host } from './host.ts'
import { hostModel } from './host-model.ts'

interface Loaded {
  readonly program: Module<Example, Example>
  readonly context: Context
}

/** The exports of the world for one instance. What they throw is the error of their result. */
export const component = (host: Host) => {
  Date.now = host.now
  Math.random = host.next
  const model = hostModel(host)
  let loaded: Loaded | undefined
  return {
    load(file: string): string {
      loaded = told(() => load(file, model))
      const { kind, signature } = loaded.program
      return JSON.stringify({
        kind,
        signature: signatureText(signature) ?? null,
        inputs: signature.inputs.map(field => field.name),
        outputs: signature.outputs.map(field => field.name),
      })
    },
    run: (input: string): string => told(() => run(loaded, input)),
  }
}

const load = async (file: string, model: LanguageModel): Promise<Loaded> => {
  const adapter = adapterNamed(readProgramFile(file).kkachi?.adapter)
  return {
    program: await loadProgram(file),
    context: { model, adapter },
  }
}

const adapterNamed = (name = chat.name): Adapter => {
  const adapter = [chat, json].find(known => known.name === name)
  if (adapter !== undefined) return adapter
  throw new ProgramFileError(
    'program-file/mismatch',
    'The file was made for a prompt format that the component does not have. Expected chat or json.',
    { path: '/metadata/kkachi/adapter' },
  )
}

const run = async (loaded: Loaded | undefined, text: string): Promise<string> => {
  if (loaded === undefined) throw new Error('No program is loaded. Call load first.')
  const input = readInput(text)
  const prediction = await loaded.program.run(input, loaded.context)
  return JSON.stringify({ prediction, usage: usageOf(prediction) })
}

const readInput = (text: string): Example => {
  const input = parseJson(text)
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new SyntaxError('Expected the input as a JSON object of its fields.')
  }
  return input as Example // an object, and neither null nor a list
}

/** The value that a task comes to, now; its error as the JSON the world speaks of. */
const told = <T>(task: () => Promise<T>): T => {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined
  task().then(
    value => {
      outcome = { value }
    },
    (error: unknown) => {
      outcome = { error }
    },
  )
  drain()
  if (outcome === undefined) outcome = { error: new Error('The program waits for what a component has not.') }
  if ('value' in outcome) return outcome.value
  throw JSON.stringify(errorOf(outcome.error))
}

const errorOf = (error: unknown) =>
  KkachiError.is(error)
    ? { code: error.code, message: error.message, retryable: error.retryable }
    : { code: 'prediction/input', message: error instanceof Error ? error.message : String(error), retryable: false }
