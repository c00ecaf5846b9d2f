import { expect, test } from 'vitest'
import { flex } from '../../src/modules/flex.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { allComponents, roundRobin } from '../../src/search/component-selector.ts'
import { type Component, componentsOf, componentText, withComponent } from '../../src/search/components.ts'

const components: readonly Component[] = [
  { path: 'plan', part: 'instructions' },
  { path: 'look', part: 'instructions' },
  { path: 'solve', part: 'instructions' },
]

const candidate = (index: number, ...parents: readonly number[]) => ({ index, label: '', state: {}, parents })

test('one component after the other, each candidate for itself', () => {
  const select = roundRobin()
  const paths = Array.from({ length: 4 }, () => select(candidate(0), components, []).map(({ path }) => path))
  expect(paths).toEqual([['plan'], ['look'], ['solve'], ['plan']])
  expect(select(candidate(1), components, [])).toMatchObject([{ path: 'plan' }])
})

test('a child goes on where its parents are', () => {
  const select = roundRobin()
  select(candidate(0), components, [])
  expect(select(candidate(1, 0), components, [])).toMatchObject([{ path: 'look' }])
  expect(select(candidate(2, 0, 1), components, [])).toMatchObject([{ path: 'solve' }])
})

test('all at once, and none of none', () => {
  expect(allComponents(candidate(0), components, [])).toEqual(components)
  expect(roundRobin()(candidate(0), [], [])).toEqual([])
})

test('the components of a program are the instructions of its predictors and the JavaScript of its flexes', () => {
  const python = flex('question -> answer', { source: 'class Forward(dspy.Module):\n    pass' })
  const student = program(
    'question -> answer',
    { plan: predict('question -> plan'), work: flex('plan -> answer'), old: python },
    async ({ question }, { plan, work }) => work(await plan({ question })),
  )
  const found = componentsOf(student)
  expect(found).toEqual([
    { path: 'plan', part: 'instructions' },
    { path: 'work', part: 'code' },
  ])
  const [plan, work] = found as [Component, Component]
  expect(componentText(student.state, work)).toContain('async function forward(inputs)')
  const changed = withComponent(withComponent(student.state, work, 'code'), plan, 'Plan.')
  expect([componentText(changed, plan), componentText(changed, work)]).toEqual(['Plan.', 'code'])
  expect(changed.old).toBe(student.state.old)
})
