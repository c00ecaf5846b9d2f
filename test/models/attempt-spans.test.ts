import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { cached } from '../../src/models/cached.ts'
import { fallback } from '../../src/models/fallback.ts'
import { limited } from '../../src/models/limited.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { type RecordedSpan, recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const request: ModelRequest = { messages: [{ role: 'user', content: 'Q' }] }
const down = new ModelError('model/server', 'Down.', { model: 'm' })

const outline = (spans: readonly RecordedSpan[]): unknown =>
  spans.map(({ name, outcome, children }) => [
    `${name}${outcome === undefined ? ' (open)' : outcome.error === undefined ? '' : ' ✗'}`,
    ...(children.length === 0 ? [] : [outline(children)]),
  ])

/** What is told of calls, whole and streamed: it has to be the same. */
const toldOf = async (make: () => LanguageModel, calls = 1): Promise<unknown> => {
  const told = await Promise.all(
    [
      (model: LanguageModel, asked: ModelRequest) => model.generate(asked),
      async (model: LanguageModel, asked: ModelRequest) => {
        for await (const _ of model.stream(asked));
      },
    ].map(async ask => {
      const tracer = recordingTracer()
      const model = make()
      for (let call = 0; call < calls; call += 1) await ask(model, { ...request, tracer }).catch(() => {})
      return outline(tracer.spans)
    }),
  )
  expect(told[1]).toEqual(told[0])
  return told[0]
}

const fast = { baseDelayMs: 0 }

describe('what happens inside a call is told', () => {
  test('each try of a retried model, with the request that its client sent', async () => {
    const made = () => {
      let requests = 0
      const fetch = async () => {
        requests += 1
        const choices = [{ message: { content: 'yes' }, finish_reason: 'stop' }]
        return requests === 1 ? new Response('', { status: 500 }) : Response.json({ choices })
      }
      return retried(openaiCompatible({ model: 'm', fetch }), fast)
    }
    expect(await toldOf(made)).toEqual([
      ['try 1 ✗', [['openai/m ✗']]],
      ['try 2', [['openai/m']]],
    ])
  })

  test('each model of a fallback, and those that are left alone', async () => {
    const models = () => [scriptedModel([down, down], { id: 'a' }), scriptedModel(['yes', 'yes'], { id: 'b' })]
    expect(await toldOf(() => fallback(models(), { breaker: { failures: 1 } }), 2)).toEqual([
      ['ask a ✗'],
      ['ask b'],
      ['not asked a'],
      ['ask b'],
    ])
  })

  test('an answer from the cache', async () => {
    expect(await toldOf(() => cached(retried(scriptedModel(['yes']), fast)), 2)).toEqual([
      ['try 1'],
      ['found in the cache'],
    ])
  })

  test('who joins an equal call', async () => {
    const tracer = recordingTracer()
    const model = cached(scriptedModel(['yes'], { latencyMs: 5 }))
    await Promise.all([model.generate(request), model.generate({ ...request, tracer })])
    expect(outline(tracer.spans)).toEqual([['joined an equal call']])
  })

  test('who waits for a turn', async () => {
    const tracer = recordingTracer()
    const model = limited(scriptedModel(['a', 'b'], { id: 'm', latencyMs: 5 }), { concurrency: 1 })
    await Promise.all([1, 2].map(() => model.generate({ ...request, tracer })))
    expect(outline(tracer.spans)).toEqual([['wait for m']])
  })

  test('a stream that is left has ended', async () => {
    const tracer = recordingTracer()
    const model = fallback([retried(scriptedModel(['a long answer']))])
    for await (const _ of model.stream({ ...request, tracer })) break
    expect(outline(tracer.spans)).toEqual([['ask retried(scripted)', [['try 1']]]])
  })
})

test('a tracer changes no request, no body and no key of a cache', async () => {
  const bodies: unknown[] = []
  const inner = scriptedModel(['once', 'twice'])
  const model = cached(retried(budgeted(limited(inner, { concurrency: 8 }), { calls: 9 })))
  await model.generate(request)
  await model.generate({ ...request, tracer: recordingTracer() })
  expect(inner.calls).toHaveLength(1)
  const traced = scriptedModel(['a'])
  await retried(traced).generate({ ...request, tracer: recordingTracer() })
  expect(traced.calls[0]).not.toHaveProperty('tracer')
  const fetch = async (_: string, init: RequestInit) => {
    bodies.push(init.body)
    return Response.json({ choices: [{ message: { content: 'yes' }, finish_reason: 'stop' }] })
  }
  const client = openaiCompatible({ model: 'm', fetch })
  await client.generate(request)
  await client.generate({ ...request, tracer: recordingTracer() })
  expect(bodies[1]).toBe(bodies[0])
})
