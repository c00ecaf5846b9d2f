import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bestOfN } from '../../src/modules/best-of-n.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { codeAct } from '../../src/modules/code-act.ts'
import { flex } from '../../src/modules/flex.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { multiChainComparison } from '../../src/modules/multi-chain-comparison.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { programOfThought } from '../../src/modules/program-of-thought.ts'
import { reAct } from '../../src/modules/re-act.ts'
import { reActTrajectory } from '../../src/modules/re-act-trajectory.ts'
import { refine } from '../../src/modules/refine.ts'
import { rlm } from '../../src/modules/rlm.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import type { AnyModule } from '../../src/ports/module.ts'
import { tool } from '../../src/tools/tool.ts'

const generate = () =>
  program('context, question -> query', { gen: chainOfThought('context, question -> query') }, async (input, { gen }) =>
    gen(input),
  )

const typed = predict(
  'text, context: list[str], limit: int -> tags: list[str], label, person: json, maybe: int | null, ok: bool, score: float, data: dict[str, int], kind',
)

const search = tool({
  name: 'search',
  description: 'Search documents.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string' }, k: { type: 'integer', default: 3 } },
    required: ['query'],
  },
  run: () => [],
})

const tries = { n: 3, reward: () => 1, threshold: 1 }

/** The programs that DSPy saved the samples of, written here. */
const programs: Readonly<Record<string, AnyModule>> = {
  predict_empty: predict('question -> answer'),
  predict_demos: predict('question -> answer'),
  predict_custom_fields: predict('question -> answer'),
  predict_with_lm: predict('question -> answer'),
  predict_typed: typed,
  predict_typed_enum: typed,
  chain_of_thought: chainOfThought('question -> answer'),
  best_of_n: bestOfN(predict('question -> answer'), tries),
  refine: refine(chainOfThought('question -> answer'), tries),
  multi_chain_comparison: multiChainComparison('question -> answer'),
  flex: flex('question -> answer'),
  react: reActTrajectory('question -> answer', { tools: [search] }),
  react_v2: reAct('question -> answer', { tools: [search] }),
  program_of_thought: programOfThought('question -> answer'),
  code_act: codeAct('question -> answer', { tools: [search] }),
  rlm: rlm('context, question -> answer'),
  multi_module: program(
    'goal -> steps',
    {
      plan: predict('goal -> steps'),
      subs: [generate(), predict('a -> b')],
      by_name: { x: predict('c -> d'), 'y z': generate() },
      nested: generate(),
      tup: [predict('g -> h')],
    },
    async (input, { plan }) => plan(input),
  ),
}

const sample = (name: string): string =>
  readFileSync(new URL(`../vectors/dspy-samples/${name}.json`, import.meta.url), 'utf8')

const withoutMetadata = (text: string): unknown => {
  const { metadata: _, ...predictors } = JSON.parse(text)
  return predictors
}

describe('files that DSPy 3.4.1 wrote', () => {
  test('are all loaded here, none is left out', () => {
    const files = readdirSync(new URL('../vectors/dspy-samples/', import.meta.url))
    expect(Object.keys(programs).sort()).toEqual(files.map(file => file.replace('.json', '')).sort())
  })

  test.each(Object.entries(programs))('%s loads and is saved again without loss', async (name, made) => {
    const text = sample(name)
    const saved = await saveProgram(await loadProgram(text, made))
    expect(withoutMetadata(saved)).toEqual(withoutMetadata(text))
    expect(Object.keys(JSON.parse(saved))).toEqual(Object.keys(JSON.parse(text)))
  })
})
