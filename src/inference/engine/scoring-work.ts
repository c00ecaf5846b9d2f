import type { ScoringJob } from '../generation.ts'
import type { WorkPlace } from './answer-work.ts'
import type { EngineWork } from './engine-work.ts'
import { judgedRow } from './sampling/likelihoods.ts'
import { answerTrie } from './scoring-trie.ts'
import type { StepPlan } from './step-plan.ts'
import { none, root } from './token-tree.ts'

/** Answers under judgement: the tree of their tokens, a row each, hung under the prompt. */
export const scoringWork = (
  job: ScoringJob,
  { memory, arrival, branches }: WorkPlace,
  resolve: (scores: readonly number[]) => void,
  reject: (error: unknown) => void,
): EngineWork => {
  const { tree } = memory
  const { prompt } = job
  const trie = answerTrie(prompt, job.answers, job.endTokens)
  const { places } = trie
  /** Where each place lies in memory or in the step under way. */
  const nodes = new Int32Array(places.length).fill(none)
  /** Natural logarithms of what may come at each place. */
  const judged: (readonly number[] | undefined)[] = places.map(() => undefined)
  let asked: number[] = []
  /** The last token of the prompt, without its very last, that is in memory. */
  let leaf: number = root
  /** Every node held: the leaf, and with branches each place. */
  let held: number[] = []
  let keeps = job.shared

  const hold = (node: number): void => {
    memory.take(node)
    held.push(node)
  }

  const letGo = (): void => {
    for (const node of held) memory.leave(node)
    held = []
    leaf = root
    nodes.fill(none)
    asked = []
  }

  const moveTo = (node: number): void => {
    memory.move(leaf, node)
    held[0] = node
    leaf = node
  }

  const keepShared = (): void => {
    if (keeps === 0 || tree.depth(leaf) < Math.min(keeps, prompt.length - 1)) return
    let shared = leaf
    while (tree.depth(shared) > keeps) shared = tree.parent(shared)
    memory.keep(shared)
    keeps = 0
  }

  const parentOf = (place: number): number => {
    const { parent } = trie.at(place)
    return parent === none ? leaf : (nodes[parent] as number)
  }

  /** The node under which the first place hangs that is still to be judged. */
  const next = (): number => parentOf(Math.max(0, judged.indexOf(undefined)))

  return {
    priority: job.priority,
    arrival,
    signal: job.signal,
    get needs() {
      return prompt.length - tree.depth(memory.find(leaf, prompt)) + places.length
    },
    get leaf() {
      return next()
    },
    isReading: true,
    takeUp() {
      if (held.length === 0) hold(root)
      const node = memory.find(leaf, prompt)
      if (node !== leaf) moveTo(node)
      if (!branches) memory.rewind(next())
      keepShared()
    },
    plan(step) {
      asked = []
      const { allowance } = step
      if (allowance.prompts === 0) return true
      let node = leaf
      let rows = 0
      let at = tree.depth(leaf)
      for (; at < prompt.length - 1; at += 1) {
        const token = prompt[at] as number
        if (tree.child(node, token) === none) {
          if (step.room === 0 || allowance.rows === 0) break
          allowance.rows -= 1
          rows += 1
        }
        node = step.add(node, token)
      }
      if (node !== leaf) moveTo(node)
      if (at === prompt.length - 1) {
        keepShared()
        for (const [place, { token }] of places.entries()) {
          if (judged[place] !== undefined) continue
          const parent = parentOf(place)
          // Without branches one path is computed a step: it ends where the next place hangs elsewhere.
          if (!branches && asked.length > 0 && trie.at(place).parent !== asked.at(-1)) break
          if (!step.reaches(parent)) break
          if (!step.has(parent, token)) {
            if (step.room === 0 || allowance.rows === 0 || asked.length >= mostRows) break
            allowance.rows -= 1
            rows += 1
          }
          nodes[place] = step.want(parent, token)
          if (branches) hold(nodes[place] as number)
          asked.push(place)
        }
      }
      if (rows > 0) allowance.prompts -= 1
      return asked.length > 0 || rows > 0 || step.room > 0
    },
    prepare() {},
    read(step: StepPlan, all) {
      for (const place of asked) {
        judged[place] = judgedRow(step.logits(nodes[place] as number, all), trie.at(place).choices)
      }
      asked = []
      return judged.every(row => row !== undefined)
    },
    suspend() {
      letGo()
      keeps = job.shared
      judged.fill(undefined)
    },
    end: letGo,
    resolve: () => resolve(trie.scores(judged)),
    reject,
  }
}

/** Rows whose logits a step gives back for one job: a vocabulary of numbers each. */
const mostRows = 64
