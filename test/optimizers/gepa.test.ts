import { describe, expect, test } from 'vitest'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { gepa } from '../../src/optimizers/gepa.ts'
import { metricCallsOf } from '../../src/optimizers/gepa-budget.ts'
import type { GepaOptions } from '../../src/optimizers/gepa-options.ts'
import type { OptimizationResult, OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { paretoFront } from '../../src/search/pareto-front.ts'
import { defaultInstructions } from '../../src/signature/signature.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('gepa', () => gepa({ maxMetricCalls: 90 }))

/*
 * Orders go through three steps, each of which the model only gets right where the instructions of that step have its
 * rule. A proposal states the rule of the step that it is asked about.
 */
const steps = ['size', 'color', 'shelf'] as const

const orders = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    order: `order ${from + index}`,
    shelf: `shelf ${(from + index) % 4}`,
  }))

const threeSteps = () =>
  program(
    'order -> shelf',
    {
      size: predict('order -> size'),
      color: predict('order, size -> color', { instructions: 'Name the color.' }),
      shelf: chainOfThought('order, size, color -> shelf'),
    },
    async ({ order }, { size: measure, color: look, shelf: place }) => {
      const { size } = await measure({ order })
      const { color } = await look({ order, size })
      return { ...(await place({ order, size, color })), size, color }
    },
  )

/** Right in a step where its rule is stated, and else for one order in three. */
const answer = ({ messages }: Pick<ModelRequest, 'messages'>): string => {
  const system = textOf(messages[0] ?? { role: 'system', content: '' })
  const text = messages.map(textOf).join('\n')
  const asked = steps.findLast(step => system.includes(`[[ ## ${step} ## ]]\n{${step}}`))
  if (asked === undefined) {
    const step = /\[\[ ## step ## \]\]\n(\w+)/.exec(text)?.[1]
    return `[[ ## findings ## ]]\nThe rule was missing.\n\n[[ ## instructions ## ]]\nHeed the ${step} rule.`
  }
  const number = Number(/order (\d+)/.exec(text)?.[1])
  const isRight = system.includes(`Heed the ${asked} rule.`) || (number + asked.length) % 3 === 0
  const value = isRight ? `${asked} ${number % 4}` : 'unknown'
  return `${asked === 'shelf' ? '[[ ## reasoning ## ]]\nSo it is.\n\n' : ''}[[ ## ${asked} ## ]]\n${value}`
}

/** A third for each step that is right, told step by step. */
const perStep = (row: { readonly order: string }, prediction: object) => {
  const number = Number(row.order.split(' ')[1])
  const given = prediction as Readonly<Record<string, unknown>>
  const wrong = steps.filter(step => given[step] !== `${step} ${number % 4}`)
  return {
    score: (steps.length - wrong.length) / steps.length,
    passed: wrong.length === 0,
    feedback: wrong.map(step => `The ${step} should be ${step} ${number % 4}.`).join(' ') || 'All right.',
  }
}

const optimize = async (
  options: GepaOptions = {},
  { student = threeSteps(), model = scriptedModel(answer), ...problem }: Partial<Parameters<typeof problemOf>[0]> = {},
) => {
  const events: OptimizerEvent[] = []
  const optimizing = gepa(options).optimize(student, problemOf({ student, model, ...problem }))
  for await (const event of optimizing) events.push(event)
  const result: OptimizationResult<{ order: string }, object> = await optimizing
  return { result, events, model }
}

const problemOf = ({
  model,
  ...problem
}: {
  readonly student: ReturnType<typeof threeSteps>
  readonly model: ReturnType<typeof scriptedModel>
  readonly metric?: typeof perStep
  readonly dev?: ReturnType<typeof orders>
  readonly train?: ReturnType<typeof orders>
  readonly instructions?: readonly (string | Readonly<Record<string, string>>)[]
  readonly seed?: number
}) => ({ train: orders(0, 12), dev: orders(100, 9), metric: perStep, ...problem, model })

describe('a program of three predictors', () => {
  test('improves in each of them, and its lineage says by what', async () => {
    const { result } = await optimize()
    expect(result.baseline).toBeLessThan(0.5)
    expect(result.score).toBe(1)
    const paths = new Set<string>()
    const line = result.proposed.filter(({ state }) => state === result.state)
    for (const { change, parents = [] } of line) {
      for (const path of change?.by === 'reflection' ? change.paths : []) paths.add(path)
      line.push(...parents.flatMap(parent => result.proposed[parent] ?? []))
    }
    expect(paths).toEqual(new Set(['size', 'color', 'shelf.predict']))
    for (const { change } of result.proposed) {
      if (change?.by === 'reflection')
        expect(change).toMatchObject({ paths: [expect.any(String)], parts: ['instructions'] })
    }
  })

  test('takes a turn for each predictor, or all at once', async () => {
    const { result } = await optimize({ componentSelector: 'all' })
    expect(result.score).toBe(1)
    expect(result.proposed).toHaveLength(2)
    expect(result.proposed[1]?.change?.paths).toEqual(['size', 'color', 'shelf.predict'])
  })

  test('rewrites what a selector of your own says', async () => {
    const { result } = await optimize({
      maxMetricCalls: 120,
      componentSelector: (_, components) => components.filter(({ path }) => path === 'color'),
    })
    expect(result.proposed.slice(1).flatMap(({ change }) => change?.paths ?? [])).toEqual(['color'])
  })
})

test('merges put together what different candidates learned', async () => {
  // Either rule alone makes another kind of row right, at the cost of the first kind: all three survive until they merge.
  const student = program(
    'kind -> left, right',
    { left: predict('kind -> left'), right: predict('kind -> right') },
    async ({ kind }, { left, right }) => ({ ...(await left({ kind })), ...(await right({ kind })) }),
  )
  const rule = (step: string) => `Heed the ${step} rule.`
  const answering = () =>
    scriptedModel(({ messages }) => {
      const text = messages.map(textOf).join('\n')
      const side = text.includes('[[ ## left ## ]]\n{left}') ? 'left' : 'right'
      if (!text.includes('current_instructions')) return `[[ ## ${side} ## ]]\n${text.includes(rule(side))}`
      const step = /\[\[ ## step ## \]\]\n(\w+)/.exec(text)?.[1] ?? ''
      return `[[ ## findings ## ]]\nNone.\n\n[[ ## instructions ## ]]\n${rule(step)}`
    })
  const metric = (
    { kind }: { readonly kind: string },
    { left, right }: { readonly left: string; readonly right: string },
  ) => (kind === 'neither' ? left === right : (kind === 'left' ? left : right) === 'true')
  const kinds = ['neither', 'left', 'left', 'right', 'right'].map(kind => ({ kind }))
  const rows = (part: string) => kinds.map((row, index) => ({ ...row, id: `${part} ${index}` }))
  const problem = { train: rows('train'), dev: rows('dev'), metric }
  const runs = [0, 1, 2, 3, 4, 5, 6, 7].map(seed =>
    gepa({ reflectionMinibatchSize: 2 }).optimize(student, { ...problem, model: answering(), seed }),
  )
  const results = await Promise.all(runs)
  const merges = results.flatMap(({ proposed }) => proposed.filter(({ change }) => change?.by === 'merge'))
  expect(merges.length).toBeGreaterThan(0)
  for (const merge of merges) {
    expect(merge.parents).toHaveLength(2)
    expect(Object.values(merge.state).map(({ signature }) => signature.instructions)).toEqual([
      rule('left'),
      rule('right'),
    ])
  }
  for (const { score } of results) expect(score).toBe(1)
  const without = await gepa({ useMerge: false, reflectionMinibatchSize: 2 }).optimize(student, {
    ...problem,
    model: answering(),
  })
  expect(without.proposed.some(({ change }) => change?.by === 'merge')).toBe(false)
})

test('a student without instructions gets proposals', async () => {
  const student = predict('order -> shelf')
  expect(student.state.self?.signature.instructions).toBe(
    defaultInstructions(student.signature.inputs, student.signature.outputs),
  )
  const model = scriptedModel(({ messages }) => {
    const text = messages.map(textOf).join('\n')
    if (text.includes('[[ ## current_instructions ## ]]')) {
      return '[[ ## findings ## ]]\nNone.\n\n[[ ## instructions ## ]]\nHeed the shelf rule.'
    }
    const number = Number(/order (\d+)/.exec(text)?.[1])
    return `[[ ## shelf ## ]]\n${text.includes('Heed the shelf rule.') ? `shelf ${number % 4}` : 'unknown'}`
  })
  const metric = (row: { readonly shelf: string }, prediction: { readonly shelf: string }) =>
    row.shelf === prediction.shelf
  const { score, state } = await gepa().optimize(student, { train: orders(0, 6), dev: orders(100, 6), metric, model })
  expect(score).toBe(1)
  expect(state.self?.signature.instructions).toBe('Heed the shelf rule.')
})

test('the search ends as soon as nothing is left to improve on the scoring rows', async () => {
  const { result } = await optimize({ auto: 'heavy' })
  expect(result.score).toBe(1)
  expect(result.calls).toBeLessThan(300)
})

test.each(['pareto', 'current-best', 'epsilon-greedy', 'top-k-pareto'] as const)(
  'candidates are selected by %s',
  async candidateSelection => {
    const { result } = await optimize({ candidateSelection })
    expect(result.score).toBe(1)
  },
)

test('the front of the result names the candidates that are best on some row', async () => {
  const { result } = await optimize({ maxMetricCalls: 40 })
  const front = paretoFront(result.candidates)
  expect(front.length).toBeGreaterThan(0)
  for (const { rows } of front) expect(rows).toBeGreaterThan(0)
})

test('answers of the prompt model that cannot be read end in a clear error, after a few of them', async () => {
  const model = scriptedModel(request =>
    textOf(request.messages[0] ?? { role: 'system', content: '' }).includes('current_instructions')
      ? 'No.'
      : answer(request),
  )
  await expect(optimize({ auto: 'heavy' }, { model })).rejects.toMatchObject({
    code: 'optimization/no-proposal',
    optimizer: 'gepa',
  })
  const asked = model.calls.filter(({ messages }) => messages.map(textOf).join('').includes('current_instructions'))
  expect(asked.length).toBeLessThanOrEqual(20)
})

test('a constant metric ends with the student, and a warning', async () => {
  const constant = () => ({ score: 0.5, passed: true, feedback: '' })
  const { result } = await optimize({ maxMetricCalls: 60 }, { metric: constant })
  expect(result.state).toEqual(threeSteps().state)
  expect(result.warnings).toContainEqual(expect.objectContaining({ code: 'constant-metric' }))
})

test('nothing is proposed where every row is right', async () => {
  const perfect = () => ({ score: 1, passed: true, feedback: '' })
  const { result } = await optimize({}, { metric: perfect })
  expect(result.proposed).toHaveLength(1)
})

test('the caller’s instructions are candidates from the start', async () => {
  const instructions = [{ size: 'Heed the size rule.', color: 'Heed the color rule.' }]
  const { result } = await optimize({ maxMetricCalls: 30 }, { instructions })
  expect(result.proposed[1]).toMatchObject({
    label: 'given instructions 1',
    parents: [0],
    change: { by: 'given', paths: ['size', 'color'] },
  })
  expect(result.candidates.some(({ index, score }) => index === 1 && score > 0.6)).toBe(true)
})

test('a prompt model that cannot write leaves the given instructions, and a warning', async () => {
  const model = scriptedModel(answer, { capabilities: { writesInstructions: false } })
  const { result } = await optimize({}, { model, instructions: [{ size: 'Heed the size rule.' }] })
  expect(result.proposed).toHaveLength(2)
  expect(result.warnings).toContainEqual(expect.objectContaining({ code: 'no-proposals' }))
})

test('the best outputs so far are told for each scoring row', async () => {
  const { events } = await optimize({ trackBestOutputs: true })
  const last = new Map(events.flatMap(event => (event.type === 'best-output' ? [[event.row, event] as const] : [])))
  expect([...last.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  for (const { row, score, prediction } of last.values()) {
    expect(score).toBe(1)
    expect(prediction).toMatchObject({ shelf: `shelf ${(100 + row) % 4}` })
  }
})

test('a proposer of your own writes the instructions, and reads what ours would', async () => {
  const seen: string[] = []
  const instructionProposer = program(
    'program, step, current_instructions, examples -> instructions',
    {},
    async ({ step, examples }) => {
      seen.push(examples)
      return { instructions: `Heed the ${/^\w+/.exec(step)?.[0]} rule.` }
    },
  )
  const { result, model } = await optimize({ instructionProposer })
  expect(result.score).toBe(1)
  expect(seen[0]).toContain('Right would have been:')
  expect(model.calls.some(({ messages }) => messages.map(textOf).join('').includes('findings'))).toBe(false)
})

test('the wishes of the caller reach the prompt model', async () => {
  const { model } = await optimize({ wishes: 'Write in German.', maxMetricCalls: 20 })
  expect(
    model.calls.some(({ messages }) => textOf(messages[0] ?? { role: 'user', content: '' }).includes('German')),
  ).toBe(true)
})

test('the lengths by name are DSPy’s, in judged runs of the program', () => {
  const sizes = (components: number, dev: number) => ({ components, dev, train: 40 })
  expect(metricCallsOf({}, sizes(1, 60))).toBe(620)
  expect(metricCallsOf({ auto: 'light' }, sizes(3, 60))).toBe(1595)
  expect(metricCallsOf({ auto: 'medium' }, sizes(1, 20))).toBe(790)
  expect(metricCallsOf({ auto: 'heavy' }, sizes(2, 100))).toBe(2045)
  expect(metricCallsOf({ auto: 'heavy' }, sizes(3, 7))).toBe(1924)
  expect(metricCallsOf({ maxFullEvals: 3 }, sizes(1, 60))).toBe(300)
})

test.each<[string, GepaOptions]>([
  ['two limits at once', { auto: 'light', maxMetricCalls: 9 }],
  ['a length nobody knows', { auto: 'extreme' as 'heavy' }],
  ['a limit of nothing', { maxMetricCalls: 0 }],
  ['half a row', { reflectionMinibatchSize: 0.5 }],
  ['a selection nobody knows', { candidateSelection: 'worst' as 'pareto' }],
  ['a turn nobody knows', { componentSelector: 'random' as 'all' }],
  ['a negative seed', { seed: -1 }],
])('%s is refused', (_, options) => {
  expect(() => gepa(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
})
