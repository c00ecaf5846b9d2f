import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { fallback } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { type Behavior, describeLanguageModel } from '../contracts/language-model-contract.ts'
import { describeDecorator, scriptedBehaviors } from '../contracts/scripted-behaviors.ts'

describeLanguageModel('scriptedModel', { make: scriptedBehaviors(model => model) })

describeDecorator('retried', model => retried(model))

describeDecorator('cached', model => cached(model))

describeDecorator('cached in a storage only', model => cached(model, { storage: memoryStorage(), maxEntries: 0 }))

describeDecorator('limited', model =>
  limited(model, { concurrency: 8, requestsPerMinute: 100, tokensPerMinute: 10_000 }),
)

describeDecorator('budgeted', model => budgeted(model, { calls: 100, tokens: 100_000, seconds: 60 }))

describeDecorator('fallback', model => fallback([model, scriptedModel(['never'])]))

describeDecorator('every decorator at once', model =>
  cached(fallback([retried(budgeted(limited(model, { concurrency: 8 }), { calls: 99 }))])),
)

const said: Record<Exclude<Behavior, 'hangs' | 'fails'>, { text: string; reason: string }> = {
  answers: { text: 'Paris 🗼 is the capital.', reason: 'stop' },
  'is cut': { text: 'Par', reason: 'length' },
  'is filtered': { text: '', reason: 'content_filter' },
}

const usage = { prompt_tokens: 9, completion_tokens: 4 }

/** A provider in a function: it answers as it is asked, whole or as a stream. */
const provider = (behavior: Behavior, init: RequestInit): Response | Promise<Response> => {
  if (behavior === 'hangs') return new Promise(() => {})
  if (behavior === 'fails') return Response.json({ error: { message: 'No.' } }, { status: 400 })
  const { text, reason } = said[behavior]
  const { stream, n = 1 } = JSON.parse(String(init.body))
  const choices = Array.from({ length: n }, (_, index) => index)
  if (!stream) {
    const whole = choices.map(index => ({ index, message: { content: text }, finish_reason: reason }))
    return Response.json({ choices: whole, usage })
  }
  const pieces = choices.flatMap(index => [
    ...[text.slice(0, 5), text.slice(5)].map(content => ({ choices: [{ index, delta: { content } }] })),
    { choices: [{ index, delta: {}, finish_reason: reason }] },
  ])
  const events = [...pieces, { choices: [], usage }].map(event => `data: ${JSON.stringify(event)}\n\n`)
  return new Response(`${events.join('')}data: [DONE]\n\n`, { headers: { 'content-type': 'text/event-stream' } })
}

describeLanguageModel('openaiCompatible', {
  standingOn: thing => openaiCompatible({ model: 'm', baseUrl: `https://${thing}.example/v1` }),
  make: behavior => {
    let sent = 0
    const model = openaiCompatible({
      model: 'm',
      fetch: async (_, init) => {
        sent += 1
        return provider(behavior, init)
      },
    })
    return { model, sent: () => sent }
  },
})
