import { describe, expect, it } from 'vitest'
import { worldOf } from '../../bench/optimizers/named-world.ts'
import { programOf } from '../../bench/optimizers/program-of-world.ts'
import { scoreOf } from '../../bench/optimizers/run-kkachi.ts'
import { simulatedWorld } from '../../bench/optimizers/simulated-world.ts'
import type { WireMessage } from '../../bench/optimizers/wire-message.ts'
import type { Demo } from '../../src/ports/module.ts'

const world = simulatedWorld({ task: 'classify', difficulty: 'easy', seed: 1 })

const score = (instructions: string, demos: readonly Demo[] = []): Promise<number> => {
  const student = programOf({ ...world, instructions })
  const state = Object.fromEntries(Object.entries(student.state).map(([path, own]) => [path, { ...own, demos }]))
  return scoreOf(student.withState(state), world, [...world.dev, ...world.test])
}

const allRules = `${world.instructions}\n${world.kinds.map(({ sentence }) => sentence).join('\n')}`

describe('a simulated world', () => {
  it('is the same for the same seed, and another one for another', () => {
    const again = simulatedWorld({ task: 'classify', difficulty: 'easy', seed: 1 })
    const other = simulatedWorld({ task: 'classify', difficulty: 'easy', seed: 2 })
    expect(again.train).toEqual(world.train)
    expect(other.train).not.toEqual(world.train)
  })

  it('has no row twice', () => {
    const rows = [...world.train, ...world.dev, ...world.test].map(row => JSON.stringify(row))
    expect(new Set(rows).size).toBe(180)
  })

  it('is answered better with the rules, with demos, and best with both', async () => {
    const demos = world.train.slice(0, 12)
    const [none, shown, told, both] = [
      await score(world.instructions),
      await score(world.instructions, demos),
      await score(allRules),
      await score(allRules, demos),
    ]
    expect(none).toBeLessThan(40)
    expect(shown).toBeGreaterThan(none + 15)
    expect(told).toBeGreaterThan(75)
    expect(both).toBeGreaterThan(told)
  })

  it('knows a rule in any words', async () => {
    const [kind] = world.kinds
    const own = [...world.dev, ...world.test].filter(row => world.itemOf(row).kinds[0] === kind)
    const word = kind?.cue.stems[0] ?? ''
    const said = programOf({ ...world, instructions: `Whenever it is ${word}, ${kind?.answer('')} it shall be.` })
    const wrong = programOf({ ...world, instructions: 'Whenever it rains, take an umbrella.' })
    expect(await scoreOf(said, world, own)).toBeGreaterThan((await scoreOf(wrong, world, own)) + 20)
  })

  it('is misled by demos with wrong labels', async () => {
    const right = world.train.slice(0, 12)
    const labels = [...new Set(right.map(({ desk }) => desk))]
    const wrong = right.map(row => ({ ...row, desk: labels.find(label => label !== row.desk) ?? '' }))
    expect(await score(world.instructions, wrong)).toBeLessThan(await score(world.instructions, right))
  })
})

describe('the same model asked about the task', () => {
  const failures = world.train.slice(0, 8).map(row => `Input: ${row.note}\nGot: something\nExpected: ${row.desk}`)
  const asked = (text: string, draw = '0', system = ''): string =>
    world.answer({ messages: messages(system, text), temperature: 1, draw })

  it('writes rules that it saw in examples, whatever surrounds them', async () => {
    const text = asked(`${failures.join('\n\n')}\n\nWrite it between \`\`\` lines.`).replaceAll('```', '')
    expect(await score(text)).toBeGreaterThan((await score(world.instructions)) + 15)
  })

  it('sees nothing where no right answer is shown', async () => {
    const blind = world.train.slice(0, 8).map(row => `Input: ${row.note}`)
    const texts = ['0', '1', '2', '3'].map(draw => asked(blind.join('\n\n'), draw))
    const rules = texts.flatMap(text => world.kinds.filter(({ sentence }) => text.includes(sentence)))
    expect(rules.length).toBeLessThan(8)
  })

  it('keeps what it is told', () => {
    const kept = asked(`These are the instructions now:\n${allRules}\n\nMake them better.`)
    expect(world.kinds.filter(({ sentence }) => kept.includes(sentence)).length).toBeGreaterThanOrEqual(4)
  })

  it('fills the fields that are asked for, by their types', () => {
    const system =
      'Fields: `advice` (dict[str, str]), `rules` (list[str]), `thoughts` (str)\n\n[[ ## names ## ]]\n{names}\n\n' +
      '[[ ## thoughts ## ]]\n{thoughts}\n\n[[ ## advice ## ]]\n{advice}\n\n[[ ## rules ## ]]\n{rules}\n\n[[ ## completed ## ]]'
    const text = asked(`[[ ## names ## ]]\n["first", "second"]\n\n${failures.join('\n\n')}`, '0', system)
    const value = (field: string) => text.split(`[[ ## ${field} ## ]]\n`)[1]?.split('\n\n[[')[0] ?? ''
    expect(Object.keys(JSON.parse(value('advice')))).toEqual(['first', 'second'])
    expect(JSON.parse(value('rules')).length).toBeGreaterThan(1)
    expect(value('thoughts')).not.toBe('')
  })

  it('says something else on another draw, and the same at temperature 0', () => {
    const prompt = failures.join('\n\n')
    expect(new Set(['0', '1', '2', '3'].map(draw => asked(prompt, draw))).size).toBeGreaterThan(1)
    const cold = ['0', '1'].map(draw => world.answer({ messages: messages('', prompt), temperature: 0, draw }))
    expect(cold[0]).toBe(cold[1])
  })
})

describe('answers in the shape asked for', () => {
  const { note = '' } = world.dev[0] ?? {}

  it('answers in sections', () => {
    const text = world.answer({
      messages: messages(
        'Say it.\n\n[[ ## note ## ]]\n{note}\n\n[[ ## desk ## ]]\n{desk}\n\n[[ ## completed ## ]]',
        `[[ ## note ## ]]\n${note}`,
      ),
    })
    expect(text).toMatch(/^\[\[ ## desk ## \]\]\n\w+\n\n\[\[ ## completed ## \]\]$/)
  })

  it('answers in JSON', () => {
    const text = world.answer({
      messages: messages(
        'Say it.',
        `[[ ## note ## ]]\n${note}\n\nGive a JSON object with \`reasoning\`, then \`desk\`.`,
      ),
    })
    expect(Object.keys(JSON.parse(text))).toEqual(['reasoning', 'desk'])
  })
})

describe('every world', () => {
  it.each(['classify-hard-3', 'extract-easy-2', 'multi-hop-easy-1', 'route-easy-1', 'route-hard-2', 'file-easy-3'])(
    '%s can be asked, and is right now and then',
    async name => {
      const other = worldOf(name)
      const dev = await scoreOf(programOf(other), other, other.dev)
      expect(dev).toBeGreaterThan(0)
      expect(dev).toBeLessThan(60)
    },
  )
})

function messages(system: string, user: string): readonly WireMessage[] {
  return [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ]
}
