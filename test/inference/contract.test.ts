import { RuntimeError } from '../../src/errors/runtime-error.ts'
import { onnxModel } from '../../src/inference/onnx-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { filesOf } from './files-of.ts'
import { modelOver, type NetworkScript } from './scripted-network.ts'

const paris = () => 'Paris 🗼 is the capital.'

/** A network filters nothing, so there is no model that does. */
const scripts: Record<Exclude<Behavior, 'is filtered'>, NetworkScript> = {
  answers: { answer: paris },
  'is cut': { answer: () => 'Paris '.repeat(100) },
  fails: { answer: paris, step: () => Promise.reject(new Error('The device was lost.')) },
  hangs: { answer: paris, step: () => new Promise(() => {}) },
}

const make = (script: NetworkScript) => {
  const { model, networks } = modelOver(script)
  return { model, sent: () => networks.flatMap(({ asked }) => asked).length }
}

for (const branches of [true, false]) {
  describeLanguageModel(`onnxModel on a network ${branches ? 'with' : 'without'} branches`, {
    make: behavior => (behavior === 'is filtered' ? undefined : make({ ...scripts[behavior], branches })),
    standingOn: thing => onnxModel({ id: 'local/test', files: filesOf({}, thing), runtime: async () => ({}) }),
  })
}

describeLanguageModel('onnxModel that cannot load', {
  make: behavior =>
    behavior === 'fails'
      ? make({ answer: paris, load: () => Promise.reject(new RuntimeError('runtime/model-files', 'No file.')) })
      : undefined,
})

describeLanguageModel('onnxModel that loads for ever', {
  make: behavior => (behavior === 'hangs' ? make({ answer: paris, load: () => new Promise(() => {}) }) : undefined),
})
