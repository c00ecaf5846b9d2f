import { serveModel } from '../../browser/inference/serve-model.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'

// A worker with a scripted model that behaves as the worker's name says.
const answers: Readonly<Record<string, ScriptedAnswer>> = {
  answers: { text: 'Paris 🗼 is the capital.', reasoning: 'France, so Paris.' },
  'is cut': { text: 'Par', finishReason: 'length' },
  'is filtered': { text: '', finishReason: 'content-filter' },
  fails: new ModelError('model/rate-limit', 'Too many.', {
    model: 'scripted',
    status: 429,
    retryAfterMs: 1500,
    cause: new TypeError('the cause'),
  }),
  'fails strangely': new TypeError('x is not a function'),
}

const { name } = self
if (name === 'breaks') {
  self.addEventListener('message', () => {
    setTimeout(() => {
      throw new Error('the worker broke')
    })
  })
} else {
  const model = scriptedModel(() => answers[name] ?? new Promise(() => {}), {
    score: (_, answer) => {
      const line = answers[name]
      if (line instanceof Error) throw line
      return line === undefined ? new Promise(() => {}) : -answer.length
    },
  })
  serveModel({ ...model, ...(name.startsWith('id ') && { identity: async () => name.slice(3) }) }, self)
}
