import { ModelError } from '../../errors/model-error.ts'
import type { ModelRequest } from '../../ports/language-model.ts'
import type { LocalModelEvent } from '../backend-config.ts'
import type { LoadedNetwork } from '../loaded-network.ts'
import type { GrammarEngine, TokenConstraint } from '../token-constraint.ts'
import { answerGrammar } from './answer-grammar.ts'
import { callGrammar } from './call-grammar.ts'
import type { ChatPrompt } from './chat-prompt.ts'
import { heldCalls } from './held-calls.ts'
import { thoughtFirst } from './thought-first.ts'

export interface AnswerConstraintOptions {
  readonly id: string
  readonly thinking: boolean
  readonly thinkingBudget: number
  /** Hears where calls are held to less than their tools say. */
  readonly onEvent?: (event: LocalModelEvent) => void
}

/** What holds for the answer to a request. */
export interface AnswerConstraint {
  /** What every token must obey, made anew for each completion; absent where nothing is asked. */
  readonly constraint?: () => TokenConstraint
  /** Whether calls in it are written by a grammar. */
  readonly holdsCalls: boolean
}

/**
 * What must hold for the answer to a request: its form, the length of its thought, and from where it begins a call the tools
 * that are offered.
 *
 * @throws ModelError `model/unsupported` where a form is asked for and there is no engine of grammars; `model/request` for a
 *   grammar that cannot be read, before anything is computed
 */
export const answerConstraint = async (
  loaded: LoadedNetwork,
  request: ModelRequest,
  prompt: ChatPrompt,
  options: AnswerConstraintOptions,
): Promise<AnswerConstraint> => {
  const { tokenizer, template, endTokens, grammars: bring } = loaded
  const { thinking, thinkingBudget } = options
  const grammar = answerGrammar(request)
  if (grammar !== undefined && bring === undefined) throw noGrammar(options.id)
  const offered = grammar === undefined && request.toolChoice !== 'none' ? (request.tools ?? []) : []
  const grammars =
    grammar !== undefined ? await bring?.() : offered.length > 0 ? await whereItCan(bring, options) : undefined
  const answer = grammar && grammars ? () => grammars.constraint(grammar) : undefined
  answer?.().free()
  const calls = offered.length > 0 && grammars ? callsOf(loaded, grammars, request, options) : undefined
  // A grammar of the request may write calls in its own way.
  const holdsCalls = request.grammar === undefined && (answer !== undefined || calls !== undefined)
  const close = thinking && (template.knowsThinking || prompt.thinks) ? tokenizer.idOf('</think>') : undefined
  if (close === undefined || (answer === undefined && thinkingBudget === Number.POSITIVE_INFINITY)) {
    const constraint = answer ?? (calls && (() => calls(prompt.thinks ? 'thought' : 'start')))
    return { holdsCalls, ...(constraint && { constraint }) }
  }
  const opening = prompt.thinks ? [] : tokenizer.encode('<think>\n')
  const gap = tokenizer.encode('\n\n')
  const after = answer ?? (calls && (() => calls('text')))
  const constraint = () => thoughtFirst({ opening, close, gap, budget: thinkingBudget, endTokens, answer: after })
  return { holdsCalls, constraint }
}

/** The engine of grammars for an answer that can do without: where it cannot be brought, that is told. */
const whereItCan = async (
  bring: LoadedNetwork['grammars'],
  { onEvent }: AnswerConstraintOptions,
): Promise<GrammarEngine | undefined> => {
  try {
    return await bring?.()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    onEvent?.({ type: 'degraded', from: 'calls of the tools', to: 'calls that are free', reason })
    return undefined
  }
}

/** What holds the calls of an answer that begins freely to the tools of the request; undefined where nothing can. */
const callsOf = (
  { tokenizer: { bytesOf }, endTokens }: LoadedNetwork,
  grammars: GrammarEngine,
  request: ModelRequest,
  { onEvent = () => {} }: AnswerConstraintOptions,
) => {
  const grammar = callGrammar(grammars, request.tools ?? [], refusal => onEvent({ type: 'degraded', ...refusal }))
  if (grammar === undefined) return undefined
  const calls = (): TokenConstraint => grammars.constraint(grammar)
  const onLost = (reason: string): void =>
    onEvent({ type: 'degraded', from: 'calls of the tools', to: 'the rest of an answer freely', reason })
  return (place: 'start' | 'thought' | 'text'): TokenConstraint =>
    heldCalls({ place, bytesOf, endTokens, calls, reads: isPlain(request), onLost })
}

/** Whether tokens that must come may be read: nothing is drawn by dice, counted by penalties or told with its odds. */
const isPlain = ({
  temperature = 0,
  frequencyPenalty = 0,
  presencePenalty = 0,
  logprobs,
  extra,
}: ModelRequest): boolean =>
  temperature === 0 &&
  frequencyPenalty === 0 &&
  presencePenalty === 0 &&
  logprobs !== true &&
  extra?.repetition_penalty === undefined

const noGrammar = (model: string): ModelError =>
  new ModelError(
    'model/unsupported',
    `${model} cannot take a grammar or a schema. Open it with a grammar engine, or use a model that can.`,
    { model },
  )
