import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { promptBuilder } from '../../../node/build/prompt-builder.ts'
import { exactMatch, labeledFewShot, loadProgram, ModelError } from '../../../src/index.ts'
import { scriptedModel } from '../../../src/testing/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-builder-'))
  write('training/a.json', [
    { text: 'Win!', label: 'spam' },
    { text: 'Lunch?', label: 'ham' },
  ])
  write('training/b.json', [
    { text: 'Buy!', label: 'spam' },
    { text: 'Dinner?', label: 'ham' },
  ])
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const write = (name: string, content: object): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), JSON.stringify(content))
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

/** Says what is right once it was shown how. */
const taught = scriptedModel(({ messages }) => {
  const isSpam = JSON.stringify(messages.at(-1)?.content).includes('!')
  const label = messages.length < 4 ? 'unsure' : isSpam ? 'spam' : 'ham'
  return `[[ ## label ## ]]\n${label}\n\n[[ ## completed ## ]]`
})

describe('promptBuilder', () => {
  test('compiles what the founding documents call, the same bytes every time', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    await promptBuilder().examplesFrom('training/*.json').output('src/generated/x.ts').build()
    const text = read('src/generated/x.ts')
    expect(text).toContain('// Made by kkachi from training/*.json: change that')
    expect(text).toContain('predict("text: string -> label: string")')
    expect(text).toContain('export const demos = 4\nexport const examples = 4\n')
    const again = await promptBuilder().examplesFrom('training/*.json').output('src/generated/x.ts').build()
    expect(again).toMatchObject({ changed: [], demos: 4, examples: 4, files: [join(folder, 'src/generated/x.ts')] })
    expect(read('src/generated/x.ts')).toBe(text)
  })

  test('is a new builder at every step', async () => {
    const base = promptBuilder({ folder }).examplesFrom('training/a.json').signature("text -> label: 'spam' | 'ham'")
    const few = base.demos(1, { seed: 1 }).instructions('Be strict.').output('few.ts')
    const all = base.examplesFrom('training/b.json').module('chain-of-thought').adapter('json').output('all.js')
    expect(await few.build()).toMatchObject({ demos: 1, examples: 2, instructions: 'Be strict.' })
    expect(await all.withTraining().build()).toMatchObject({ demos: 4, examples: 4 })
    expect(readdirSync(folder).sort()).toEqual(['all.d.ts', 'all.js', 'few.ts', 'training'])
    expect(read('all.js')).toContain('export const training = [')
  })

  test('optimizes only when it is told to, and keeps what was learned for builds that do not', async () => {
    const builder = promptBuilder({ folder }).examplesFrom('training/*.json').signature('text -> label')
    const optimizer = labeledFewShot({ k: 2 })
    const learned = await builder
      .optimize({ optimizer, metric: exactMatch(), model: taught, seed: 1, saveTo: 'spam.json' })
      .output('learned.ts')
      .build()
    expect(learned).toMatchObject({ demos: 2, examples: 4, outcome: 'finished' })
    const program = await loadProgram(read('spam.json'))
    expect(program.state.self?.demos).toHaveLength(2)
    const plain = await promptBuilder({ folder }).state('spam.json').output('plain.ts').build()
    expect(plain.digest).toBe(learned.digest)
    expect(read('plain.ts').split('\n').slice(1)).toEqual(
      read('learned.ts').replace('export const examples = 4', 'export const examples = 0').split('\n').slice(1),
    )
  })

  test('writes nothing where optimizing fails', async () => {
    const failing = promptBuilder({ folder })
      .examplesFrom('training/*.json')
      .optimize({
        ...{ optimizer: labeledFewShot(), metric: exactMatch(), saveTo: 'spam.json' },
        model: scriptedModel(() => new ModelError('model/authentication', 'No key.', { model: 'x' })),
      })
      .output('x.ts')
    await expect(failing.build()).rejects.toThrow('No key.')
    expect(existsSync(join(folder, 'x.ts')) || existsSync(join(folder, 'spam.json'))).toBe(false)
  })

  test.each([
    ['an output', promptBuilder().examplesFrom('x.json'), "Write .output('src/generated/x.ts')."],
    ['examples', promptBuilder().output('x.ts'), "Write .examplesFrom('training/*.json')."],
    ['a format', promptBuilder().signature('a -> b').adapter('yaml').output('x.ts'), 'Expected the prompt format'],
    ['demos', promptBuilder().signature('a -> b').demos(-1).output('x.ts'), 'Expected demos and seed to be whole'],
    [
      'a signature',
      promptBuilder().signature('a b').output('x.ts'),
      "promptBuilder(): Expected ',' or '->' in signature",
    ],
    ['an ending', promptBuilder().signature('a -> b').output('x.txt'), 'Expected the output to end in'],
    [
      'one who gives demos',
      promptBuilder()
        .examplesFrom('x.json')
        .demos(2)
        .optimize({ optimizer: labeledFewShot(), metric: exactMatch(), model: taught })
        .output('x.ts'),
      'Leave out .demos(…), or .optimize(…).',
    ],
    ['files', promptBuilder().examplesFrom('none/*.json').output('x.ts'), "No file fits 'none/*.json'"],
  ])('says what it needs: %s', async (_, builder, message) => {
    await expect(builder.build()).rejects.toThrow(message)
  })
})
