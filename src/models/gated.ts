import { addUsage, type Usage } from '../data/usage.ts'
import type { LanguageModel, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import { identityOf } from './identity-of.ts'
import { scoringOf } from './scoring-of.ts'

/** How a call ended. */
export interface CallEnd {
  /** What the call reported, of a stream also before it failed or was left. */
  readonly usage?: Usage
  /** What an answer from a cache or journal cost when it was made. */
  readonly recordedUsage?: Usage
  /** Why it has no answer; absent for a stream that was left. */
  readonly error?: unknown
  /** Whether the answer came to its end. */
  readonly whole: boolean
}

/** The leave to make one call. */
export interface Pass {
  /** What is sent. */
  readonly request: ModelRequest
  /** Told once that the call is over. */
  end(call: CallEnd): void
  /** What the caller gets for an error of the call; the error itself when absent. */
  explain?(error: unknown): unknown
}

/**
 * A model that lets every call in before it is sent and out when it is over, whatever its end: a stream holds its pass
 * until it ended, was left or aborted. Answers to score are let in as a call whose question has them in it.
 */
export const gated = (
  name: string,
  model: LanguageModel,
  admit: (request: ModelRequest) => Promise<Pass>,
): LanguageModel => ({
  id: `${name}(${model.id})`,
  ...(model.capabilities && { capabilities: model.capabilities }),
  ...identityOf(model),
  async generate(asked) {
    return through(await admit(asked), request => model.generate(request))
  },
  ...scoringOf(model, score => async (asked, answers) => {
    const { messages } = asked
    const pass = await admit({
      ...asked,
      messages: [...messages, { role: 'assistant', content: answers.join('\n') }],
      maxTokens: 1,
      n: 1,
    })
    return through(pass, request => score({ ...request, messages }, answers))
  }),
  async *stream(asked) {
    const pass = await admit(asked)
    const { signal } = pass.request
    let usage: Usage | undefined
    let failed: { readonly error: unknown } | undefined
    let whole = false
    let ended = false
    const end = (): void => {
      if (ended) return
      ended = true
      signal?.removeEventListener('abort', end)
      // Of an aborted stream nobody may ever ask for the next event.
      const aborted = signal?.aborted ? { error: signal.reason } : {}
      pass.end({ ...aborted, ...failed, ...(usage && { usage }), whole })
    }
    signal?.addEventListener('abort', end, { once: true })
    try {
      for await (const event of model.stream(pass.request)) {
        if (event.type === 'usage') usage = usage ? addUsage(usage, event.usage) : event.usage
        else whole = event.type === 'finish'
        yield event
      }
    } catch (error) {
      failed = { error }
      throw pass.explain ? pass.explain(error) : error
    } finally {
      end()
    }
  },
})

/** One call with its pass. */
const through = async <Answer extends Pick<ModelResponse, 'usage' | 'recordedUsage'>>(
  pass: Pass,
  call: (request: ModelRequest) => Promise<Answer>,
): Promise<Answer> => {
  try {
    const answer = await call(pass.request)
    const { usage, recordedUsage } = answer
    pass.end({ usage, ...(recordedUsage && { recordedUsage }), whole: true })
    return answer
  } catch (error) {
    pass.end({ error, whole: false })
    throw pass.explain ? pass.explain(error) : error
  }
}
