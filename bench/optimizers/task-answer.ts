import { logistic, uniform } from './hashing.ts'
import { fieldOf, type PromptRead } from './prompt-reading.ts'
import type { SaidRules } from './said-rules.ts'
import type { Item } from './world-items.ts'
import { helpful } from './world-vocabulary.ts'

/** How much each thing in a prompt helps, on the scale of log odds. */
export interface TaskStrengths {
  readonly base: number
  readonly rule: number
  readonly general: number
  readonly harmful: number
  readonly contradicted: number
  readonly demo: number
  readonly wrongDemo: number
  readonly format: number
  /** The share of answers lost whatever the prompt says. */
  readonly lapse: number
}

/** What the demos of a prompt teach about one output field. */
interface Shown {
  /** Demos of the same kind with the right answer. */
  readonly relevant: number
  readonly misleading: number
  readonly others: number
}

/** Answers an item: for each asked output field a value, and for any other a word. */
export const taskAnswer = (
  prompt: PromptRead,
  item: Item,
  said: SaidRules,
  strengths: TaskStrengths,
  outputs: readonly string[],
  itemIn: (text: string) => Item | undefined,
  key: readonly (string | number)[],
): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {}
  for (const field of prompt.asked) {
    const hop = outputs.indexOf(field)
    values[field] =
      hop < 0
        ? `Note ${item.code} speaks for itself.`
        : answerOf(prompt, item, said, strengths, outputs, itemIn, key, hop)
  }
  return values
}

const answerOf = (
  { last, turns }: PromptRead,
  item: Item,
  said: SaidRules,
  strengths: TaskStrengths,
  outputs: readonly string[],
  itemIn: (text: string) => Item | undefined,
  key: readonly (string | number)[],
  hop: number,
): string => {
  const kind = item.kinds[hop]
  const gold = item.gold[hop]
  const tempting = item.tempting[hop] ?? []
  if (kind === undefined || gold === undefined) return ''
  const shown = { relevant: 0, misleading: 0, others: 0 }
  let demos = 0
  for (const { user, assistant } of turns) {
    const demo = itemIn(user)
    if (demo === undefined) continue
    const value = fieldOf(assistant, outputs[hop] ?? '')
    const right = value === demo.gold[hop]
    const same = demo.kinds[hop] === kind
    if (right && same) shown.relevant++
    else if (right) shown.others++
    else if (same) shown.misleading++
    // The order of demos matters to nobody, so their digests are summed up.
    demos = (demos + uniform(demo.code, value ?? '') * 2 ** 31) % 2 ** 31
  }
  const chance = chanceOf(item, hop, said, shown, strengths)
  const led = hop === 0 || item.gold.slice(0, hop).every(before => last.includes(before))
  const draw = uniform(...key, item.code, hop, said.digest, demos)
  if (draw < (led ? chance : chance / 8)) return gold
  return (
    tempting[draw > 0.35 + 0.65 * chance ? 0 : Math.floor(uniform(...key, item.code, hop, 'else') * tempting.length)] ??
    gold
  )
}

const chanceOf = (item: Item, hop: number, said: SaidRules, shown: Shown, strengths: TaskStrengths): number => {
  const kind = item.kinds[hop]
  if (kind === undefined) return 0
  const stated = said.right.has(kind.index)
  const denied = said.wrong.has(kind.index)
  const rule = stated ? kind.gain * strengths.rule * (denied ? 0.5 : 1) : denied ? -strengths.contradicted : 0
  const helps = [...said.advice].filter(index => index < helpful).length
  const logit =
    strengths.base +
    rule +
    strengths.general * helps -
    strengths.harmful * (said.advice.size - helps) +
    strengths.demo * (1 - 0.45 ** shown.relevant) -
    strengths.wrongDemo * (1 - 0.5 ** shown.misleading) +
    strengths.format * (1 - 0.8 ** (shown.others + shown.relevant)) +
    (item.ease[hop] ?? 0)
  return logistic(logit) * (1 - strengths.lapse)
}
