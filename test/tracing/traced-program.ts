import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Tracer } from '../../src/ports/tracer.ts'
import { type TestClock, testClock } from '../../src/testing/test-clock.ts'

const answer = (text: string) => `[[ ## answer ## ]]\n${text}\n\n[[ ## completed ## ]]`

/** A program with a predictor, a tool and a predictor. */
export const traced = program(
  'question -> answer',
  { first: predict('question -> answer'), second: predict('question -> answer') },
  async ({ question }, { first, second }, { tracer }) => {
    const found = await first({ question })
    const span = tracer?.start({ kind: 'tool', name: 'search', input: { query: found.answer } })
    span?.end({ output: ['a passage'] })
    return second({ question: found.answer })
  },
)

/** A provider that takes 100 ms for each request and refuses the second one. */
export const flaky = (clock: TestClock): LanguageModel => {
  let requests = 0
  const served = openaiCompatible({
    model: 'gpt-4o-mini',
    fetch: async () => {
      requests += 1
      await clock.advance(100)
      if (requests === 2) return Response.json({ error: { message: 'slow down' } }, { status: 429 })
      const choices = [{ message: { content: answer(`answer ${requests}`) }, finish_reason: 'stop' }]
      const usage = { prompt_tokens: 1000, completion_tokens: 10 }
      return Response.json({ id: `call-${requests}`, model: 'gpt-4o-mini-2024-07-18', choices, usage })
    },
    clock,
  })
  // The wait before the second try is none, and needs nobody to move the clock.
  return retried(served, { clock: { ...clock, sleep: async () => {} }, random: { random: () => 0 } })
}

/** Runs the program once with a tracer. */
export const runTraced = async (make: (clock: TestClock) => Tracer, question = 'why?'): Promise<void> => {
  const clock = testClock(Date.UTC(2026, 0, 2))
  await traced.run(
    { question },
    { model: flaky(clock), tracer: make(clock), sampling: { temperature: 0.5, maxTokens: 99 } },
  )
}
