import { transformersModel } from '../../src/inference/transformers-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { type RuntimeScript, scriptedRuntime } from './scripted-runtime.ts'

const paris = () => 'Paris 🗼 is the capital.'

/** A network filters nothing, so there is no model that does. */
const scripts: Record<Exclude<Behavior, 'is filtered'>, RuntimeScript> = {
  answers: { answer: paris },
  'is cut': { answer: () => 'Paris '.repeat(100) },
  fails: { answer: paris, step: () => Promise.reject(new Error('The device was lost.')) },
  hangs: { answer: paris, step: () => new Promise(() => {}) },
}

const make = (script: RuntimeScript) => {
  const runtime = scriptedRuntime(script)
  const model = transformersModel({ id: 'local/test', source: 'test', runtime: async () => runtime })
  return { model, sent: () => runtime.generations }
}

for (const location of ['cpu', 'gpu-buffer']) {
  describeLanguageModel(`transformersModel with its state in ${location}`, {
    make: behavior => (behavior === 'is filtered' ? undefined : make({ ...scripts[behavior], location })),
    standingOn: thing =>
      transformersModel({ id: 'local/test', source: 'test', runtime: async () => ({}), revision: async () => thing }),
  })
}

describeLanguageModel('transformersModel that cannot load', {
  make: behavior =>
    behavior === 'fails'
      ? make({ answer: paris, load: () => Promise.reject(new Error('Could not locate file.')) })
      : undefined,
})

describeLanguageModel('transformersModel that loads for ever', {
  make: behavior => (behavior === 'hangs' ? make({ answer: paris, load: () => new Promise(() => {}) }) : undefined),
})
