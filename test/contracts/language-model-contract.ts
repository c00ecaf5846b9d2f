import { describe, expect, test } from 'vitest'
import { addUsage, noUsage, type Usage } from '../../src/data/usage.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { FinishReason, LanguageModel, ModelEvent, ModelRequest } from '../../src/ports/language-model.ts'

/**
 * What a model has to do in a test: answer in full, answer cut at the limit or by a filter, fail for good, or never
 * answer while its signal has not aborted.
 */
export type Behavior = 'answers' | 'is cut' | 'is filtered' | 'fails' | 'hangs'

export interface ModelUnderTest {
  readonly model: LanguageModel
  /** Requests that left the model so far; absent when that cannot be told. */
  readonly sent?: () => number
}

export interface ModelContractOptions {
  /** A new model of such behavior, or undefined when it cannot behave so. */
  readonly make: (behavior: Behavior) => ModelUnderTest | undefined
  /**
   * A model that stands on something so named: a server, files, a model inside. Models on different things tell different
   * identities. Absent where there is nothing but `id` and request.
   */
  readonly standingOn?: (thing: string) => LanguageModel
  /** Whether it draws as many completions as asked for; true when absent. */
  readonly drawsMany?: boolean
  /** What such a model answers to the end, by itself; a question in plain words when absent. */
  readonly request?: ModelRequest
}

const plainQuestion: ModelRequest = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Capital of France?' }] },
  ],
  temperature: 0,
  maxTokens: 64,
  stop: ['\n\n\n'],
}

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !(value instanceof AbortSignal)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

const eventsOf = async (events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> => {
  const seen: ModelEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

const answerOf = (events: readonly ModelEvent[]) => {
  const builder = responseBuilder()
  for (const event of events) builder.add(event)
  return builder.response()
}

const usageOf = (events: readonly ModelEvent[]): Usage =>
  events.reduce((total, event) => (event.type === 'usage' ? addUsage(total, event.usage) : total), noUsage)

const soon = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

/** The contract of `ports/language-model.ts`, point by point. */
export const describeLanguageModel = (
  name: string,
  { make, standingOn, drawsMany = true, request = plainQuestion }: ModelContractOptions,
): void => {
  describe(`${name} keeps the language model contract`, () => {
    const when = (behavior: Behavior) => ({
      test: (title: string, check: (subject: Required<ModelUnderTest>) => Promise<void>) => {
        if (make(behavior) === undefined) return
        test(title, async () => {
          const subject = make(behavior)
          if (subject) await check({ sent: () => 0, ...subject })
        })
      },
    })

    when('answers').test('0. it has an id', async ({ model }) => {
      expect(model.id).toMatch(/\S/)
    })

    when('answers').test('1. generate resolves with a completion', async ({ model }) => {
      const { completions } = await model.generate(request)
      expect(completions).toHaveLength(1)
      expect(completions[0].text).not.toBe('')
      expect(completions[0].finishReason).toBe('stop')
    })

    when('fails').test('1. a failure is an error of ours, in both methods', async ({ model }) => {
      const error = await model.generate(request).catch(reason => reason)
      expect(KkachiError.is(error)).toBe(true)
      expect(error.code).toMatch(/^(model|budget|runtime)\//)
      const streamed = await eventsOf(model.stream(request)).catch(reason => reason)
      expect(streamed.code).toBe(error.code)
    })

    when('answers').test('2. an aborted request is not sent', async ({ model, sent }) => {
      const aborted = { ...request, signal: AbortSignal.abort() }
      await expect(model.generate(aborted)).rejects.toMatchObject({ name: 'AbortError' })
      await expect(eventsOf(model.stream(aborted))).rejects.toMatchObject({ name: 'AbortError' })
      expect(sent()).toBe(0)
    })

    when('hangs').test('2. an abort ends a call in flight', async ({ model, sent }) => {
      for (const call of [
        (one: ModelRequest) => model.generate(one),
        (one: ModelRequest) => eventsOf(model.stream(one)),
      ]) {
        const controller = new AbortController()
        const ended = call({ ...request, signal: controller.signal }).catch(reason => reason)
        await soon()
        const before = sent()
        controller.abort()
        expect(await ended).toBe(controller.signal.reason)
        await soon()
        expect(sent()).toBe(before)
      }
    })

    when('answers').test('2. an abort between two events ends the stream', async ({ model }) => {
      const controller = new AbortController()
      const seen: ModelEvent[] = []
      const reading = (async () => {
        for await (const event of model.stream({ ...request, signal: controller.signal })) {
          seen.push(event)
          controller.abort()
        }
      })()
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
      expect(seen).toHaveLength(1)
    })

    when('answers').test('3. a stream is the answer, and ends with its finish', async ({ model }) => {
      const events = await eventsOf(model.stream(request))
      expect(events.at(-1)).toEqual({ type: 'finish', index: 0, reason: 'stop' })
      expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
      expect(answerOf(events)?.completions).toEqual((await model.generate(request)).completions)
    })

    if (drawsMany) {
      when('answers').test('3. n completions have n finishes', async ({ model }) => {
        expect((await model.generate({ ...request, n: 2 })).completions).toHaveLength(2)
        const events = await eventsOf(model.stream({ ...request, n: 2 }))
        expect(events.slice(-2).map(event => event.type === 'finish' && event.index)).toEqual([0, 1])
        expect(answerOf(events)?.completions).toHaveLength(2)
      })
    }

    when('answers').test('3. a stream may be left', async ({ model }) => {
      for await (const event of model.stream(request)) {
        expect(event).toHaveProperty('type')
        break
      }
      expect((await model.generate(request)).completions[0].text).not.toBe('')
    })

    const marked: readonly [Behavior, FinishReason][] = [
      ['is cut', 'length'],
      ['is filtered', 'content-filter'],
    ]
    for (const [behavior, reason] of marked) {
      when(behavior).test(`4. an answer that ${behavior} is an answer marked ${reason}`, async ({ model }) => {
        expect((await model.generate(request)).completions[0].finishReason).toBe(reason)
        expect((await eventsOf(model.stream(request))).at(-1)).toMatchObject({ type: 'finish', reason })
      })
    }

    when('answers').test('5. usage counts the call, and a stream tells the same', async ({ model }) => {
      const { usage } = await model.generate(request)
      for (const count of Object.values(usage)) expect(Number.isInteger(count) && count >= 0).toBe(true)
      expect(usage.calls).toBe(1)
      expect(usage.attempts).toBe(1)
      const fresh = make('answers')
      expect(fresh && usageOf(await eventsOf(fresh.model.stream(request)))).toEqual(usage)
    })

    when('answers').test('6. the request is not changed', async ({ model }) => {
      const asked = frozen(structuredClone(request))
      await model.generate(asked)
      await eventsOf(model.stream(asked))
      expect(asked).toEqual(request)
    })

    if (standingOn) {
      test('7. what decides the answers decides the identity', async () => {
        const identities = ['one-thing', 'one-thing', 'another-thing'].map(thing => standingOn(thing).identity?.())
        const [one, same, another] = await Promise.all(identities)
        for (const identity of [one, same, another]) expect(identity).toMatch(/^[0-9a-f]{64}$/)
        expect(same).toBe(one)
        expect(another).not.toBe(one)
      })
    }

    when('answers').test('7. the identity does not change while the model is used', async ({ model }) => {
      const before = await model.identity?.()
      await model.generate(request)
      expect(await model.identity?.()).toBe(before)
    })

    when('answers').test('8. a score is a log-probability, and costs a call', async ({ model }) => {
      if (model.score === undefined) return
      const asked = frozen(structuredClone(request))
      const [short, long] = [await model.score(asked, ['Paris']), await model.score(asked, ['Paris or Rome'])]
      for (const { scores, usage } of [short, long]) {
        const [{ logprob, tokens } = { logprob: 1, tokens: 0 }, ...others] = scores
        expect(others).toEqual([])
        expect(Number.isFinite(logprob) && logprob <= 0).toBe(true)
        expect(Number.isInteger(tokens) && tokens >= 1).toBe(true)
        expect(usage).toMatchObject({ calls: 1, attempts: 1, outputTokens: 0 })
        expect(usage.inputTokens).toBeGreaterThan(0)
      }
      expect(long.usage.inputTokens).toBeGreaterThan(short.usage.inputTokens)
      expect(asked).toEqual(request)
    })

    when('answers').test('8. how an answer would be drawn does not change its score', async ({ model }) => {
      if (model.score === undefined) return
      const { scores } = await model.score(request, ['Paris'])
      const drawn = { ...request, temperature: 1.5, topP: 0.5, maxTokens: 1, seed: 9, n: 3 }
      expect(await model.score(drawn, ['Paris'])).toMatchObject({ scores })
    })

    when('answers').test('8. scores come in the order of the answers, each for itself', async ({ model }) => {
      if (model.score === undefined) return
      const answers = ['Paris', 'Rome', 'Paris']
      const { scores, usage } = await model.score(request, answers)
      expect(usage).toMatchObject({ calls: 1, attempts: 1, outputTokens: 0 })
      for (const [index, answer] of answers.entries()) {
        const alone = await model.score(request, [answer])
        expect(scores[index]?.tokens).toBe(alone.scores[0]?.tokens)
        expect(scores[index]?.logprob).toBeCloseTo(alone.scores[0]?.logprob ?? 0, 3)
      }
      expect(scores).toHaveLength(answers.length)
    })

    when('answers').test('8. an aborted request is not scored', async ({ model, sent }) => {
      const aborted = { ...request, signal: AbortSignal.abort() }
      await expect(model.score?.(aborted, ['Paris']) ?? Promise.reject(aborted.signal.reason)).rejects.toMatchObject({
        name: 'AbortError',
      })
      expect(sent()).toBe(0)
    })

    when('fails').test('8. a failed score is an error of ours', async ({ model }) => {
      if (model.score === undefined) return
      const error = await model.score(request, ['Paris']).catch(reason => reason)
      expect(KkachiError.is(error)).toBe(true)
    })

    when('hangs').test('8. an abort ends a score in flight', async ({ model }) => {
      if (model.score === undefined) return
      const controller = new AbortController()
      const ended = model.score({ ...request, signal: controller.signal }, ['Paris']).catch(reason => reason)
      await soon()
      controller.abort()
      expect(await ended).toBe(controller.signal.reason)
    })

    when('answers').test('calls at the same time do not mix', async ({ model }) => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          index % 2 === 0 ? model.generate(request) : eventsOf(model.stream(request)).then(answerOf),
        ),
      )
      expect(new Set(answers.map(answer => answer?.completions[0].text)).size).toBe(1)
    })
  })
}
