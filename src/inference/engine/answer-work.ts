import type { GeneratedToken, GenerationEnd, GenerationJob } from '../generation.ts'
import type { TokenConstraint } from '../token-constraint.ts'
import type { EngineWork } from './engine-work.ts'
import { tokenDraw } from './sampling/token-draw.ts'
import type { StepPlan } from './step-plan.ts'
import type { TokenMemory } from './token-memory.ts'
import { none, root } from './token-tree.ts'

export interface WorkPlace {
  readonly memory: TokenMemory
  readonly arrival: number
  /** Tokens that one prompt with its answer may have. */
  readonly room: number
  /** Whether the network computes several continuations at a time. */
  readonly branches: boolean
}

/** Tokens of an answer for which memory is to be there before it begins; it may turn out longer. */
const headroom = 16

/** One answer on its way: what it has read and written, and how far that is in memory. */
export const answerWork = (
  job: GenerationJob,
  { memory, arrival, room, branches }: WorkPlace,
  resolve: (end: GenerationEnd) => void,
  reject: (error: unknown) => void,
): EngineWork => {
  const { tree } = memory
  const { prompt, maxTokens, endTokens } = job
  const tokens: number[] = [...prompt]
  const { draw, add } = tokenDraw(job.sampling, prompt, job.topLogprobs)
  let constraint: TokenConstraint | undefined
  let reason: GenerationEnd['reason'] | undefined
  let hasBegun = false
  /** Tokens of the prompt that were computed for it. */
  let computed = 0
  /** The last of the tokens that is in memory or in the step under way. */
  let leaf: number = root
  let isHolding = false
  let isWanting = false
  let keeps = job.shared

  const written = (): number => tokens.length - prompt.length

  const isReading = (): boolean => reason === undefined && tokens.length - tree.depth(leaf) > manyTokens

  /** Takes a token of the answer; whether the answer goes on. */
  const write = (told: GeneratedToken): boolean => {
    tokens.push(told.token)
    if (endTokens.has(told.token)) reason = 'end'
    else if (job.onToken(told)) reason = 'told'
    else if (written() >= maxTokens || tokens.length >= room) reason = 'length'
    return reason === undefined
  }

  const force = (): void => {
    if (constraint === undefined) return
    for (const token of constraint.forced()) {
      add(token)
      if (!write({ token })) return
    }
    if (constraint.ended) reason = 'end'
  }

  const begin = (): void => {
    hasBegun = true
    constraint = job.constraint?.()
    force()
  }

  const moveTo = (node: number): void => {
    memory.move(leaf, node)
    leaf = node
    // What is shared is kept once the step that reaches it is planned.
    if (keeps > 0 && tree.depth(leaf) >= keeps) {
      let shared = leaf
      while (tree.depth(shared) > keeps) shared = tree.parent(shared)
      memory.keep(shared)
      keeps = 0
    }
  }

  const letGo = (): void => {
    if (isHolding) memory.leave(leaf)
    isHolding = false
    leaf = root
  }

  return {
    priority: job.priority,
    arrival,
    signal: job.signal,
    get needs() {
      return tokens.length - tree.depth(memory.find(leaf, tokens)) + Math.min(headroom, maxTokens - written())
    },
    get leaf() {
      return leaf
    },
    get isReading() {
      return isReading()
    },
    takeUp() {
      if (!hasBegun) begin()
      if (!isHolding) tree.hold(root)
      isHolding = true
      // The last token is computed whatever is known: its logits are wanted.
      const node = memory.find(leaf, tokens)
      if (node !== leaf) moveTo(node)
      if (!branches) memory.rewind(leaf)
    },
    plan(step) {
      isWanting = false
      if (reason !== undefined) return true
      const { allowance } = step
      const start = tree.depth(leaf)
      const last = tokens.length - 1
      const isPrompt = isReading()
      let node = leaf
      let rows = 0
      for (let at = start; at <= last; at += 1) {
        const token = tokens[at] as number
        const isNew = at === last ? !step.has(node, token) : tree.child(node, token) === none
        if (isNew) {
          if (step.room === 0) break
          if (start < last && rows === 0 && isPrompt && allowance.prompts === 0) break
          if (start < last && allowance.rows === 0) break
          rows += 1
          if (start < last) allowance.rows -= 1
          if (at < prompt.length) computed += 1
        }
        node = at === last ? step.want(node, token) : step.add(node, token)
        isWanting = at === last
      }
      if (isPrompt && rows > 0) allowance.prompts -= 1
      const isStarved = !isWanting && step.room === 0
      if (node !== leaf) moveTo(node)
      return !isStarved
    },
    prepare() {
      if (isWanting) constraint?.prepare()
    },
    read(step: StepPlan, all) {
      if (isWanting) {
        isWanting = false
        const told = draw(step.logits(leaf, all), constraint)
        constraint?.accept(told.token)
        if (write(told)) {
          if (constraint?.ended) reason = 'end'
          else force()
        }
      }
      return reason !== undefined
    },
    suspend: letGo,
    end() {
      letGo()
      constraint?.free()
    },
    resolve() {
      resolve({
        reason: reason ?? 'length',
        tokens: written(),
        reused: Math.max(0, prompt.length - computed),
      })
    },
    reject,
  }
}

/** From here on tokens to read count as a prompt; a few forced ones go beside the drawn. */
const manyTokens = 8
