import { describe, expect, test } from 'vitest'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { loadProgram } from '../../src/modules/load-program.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import type { AnyModule } from '../../src/ports/module.ts'

const demos = [
  { augmented: true, text: 'a', label: 'x', extra: [1, null] },
  { text: 'b', label: 'y' },
]

const taught = <Program extends AnyModule>(made: Program): Program =>
  made.withState(
    Object.fromEntries(
      Object.entries(made.state).map(([path, state]) => [
        path,
        { ...state, demos, signature: { ...state.signature, instructions: 'Learned.' } },
      ]),
    ),
  ) as Program

const classify = predict("text -> label: 'x' | 'y', score?: float")

describe('program files', () => {
  test('a lone predictor stands at the top of the file, as DSPy writes it', async () => {
    const file = JSON.parse(await saveProgram(taught(classify), { adapter: 'chat', provenance: { seed: 1 } }))
    expect(file).toMatchObject({
      traces: [],
      train: [],
      demos,
      signature: {
        instructions: 'Learned.',
        fields: [{ prefix: 'Text:', description: '${text}' }, { prefix: 'Label:' }, { prefix: 'Score:' }],
      },
      lm: null,
      metadata: {
        dependency_versions: {},
        kkachi: {
          format: 1,
          module: 'predict',
          adapter: 'chat',
          provenance: { seed: 1 },
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    })
  })

  test.each([
    ['predict', classify],
    ['chainOfThought', chainOfThought("text -> label: 'x' | 'y'")],
  ])('a file of %s is enough to rebuild it', async (_, made) => {
    const learned = taught(made)
    const rebuilt = await loadProgram(await saveProgram(learned))
    expect(rebuilt.state).toEqual(learned.state)
    expect(rebuilt.kind).toBe(learned.kind)
    expect(rebuilt.signature).toEqual(learned.signature)
  })

  test('a program takes what the file knows about its predictors, and keeps its code', async () => {
    const two = program(
      'text -> label',
      { hop: chainOfThought('text -> label'), steps: [predict('text -> label')] },
      async (input, { hop }) => hop(input),
    )
    const text = await saveProgram(taught(two))
    expect(Object.keys(JSON.parse(text))).toEqual(['hop.predict', 'steps[0]', 'metadata'])
    expect((await loadProgram(text, two)).state).toEqual(taught(two).state)
    await expect(loadProgram(text)).rejects.toMatchObject({ code: 'program-file/mismatch' })
  })

  test("what DSPy adds to a predictor's state is carried along", async () => {
    const text = JSON.stringify({
      ...classify.state.self,
      lm: { model: 'openai/gpt-4o-mini' },
      fields: { label: { threshold: 0.5 } },
      metadata: { dependency_versions: { python: '3.11' } },
    })
    const saved = JSON.parse(await saveProgram(await loadProgram(text, classify)))
    expect(saved).toMatchObject({ lm: { model: 'openai/gpt-4o-mini' }, fields: { label: { threshold: 0.5 } } })
  })

  test('a plain DSPy file needs a signature', async () => {
    const text = JSON.stringify({ ...classify.state.self, metadata: { dependency_versions: {} } })
    await expect(loadProgram(text)).rejects.toMatchObject({ code: 'configuration/missing', option: 'signature' })
    expect((await loadProgram(text, { signature: "text -> label: 'x' | 'y', score?: float" })).state).toEqual(
      classify.state,
    )
  })

  test.each([
    ['{', 'program-file/parse', ''],
    ['[]', 'program-file/shape', ''],
    ['{}', 'program-file/shape', ''],
    ['{"predict": {"signature": 5}}', 'program-file/shape', '/predict/signature'],
    [
      '{"a/b": {"signature": {"instructions": "i", "fields": [{"prefix": 1}]}}}',
      'program-file/shape',
      '/a~1b/signature/fields/0/prefix',
    ],
    [
      '{"predict": {"demos": [3], "signature": {"instructions": "i", "fields": []}}}',
      'program-file/shape',
      '/predict/demos/0',
    ],
    ['{"predict": {"extended_signature": {}}}', 'program-file/version', '/predict/extended_signature'],
    ['{"predict": {}, "metadata": {"kkachi": {"format": 99}}}', 'program-file/version', '/metadata/kkachi/format'],
    ['{"__proto__": {"demos": []}}', 'program-file/parse', ''],
  ])('%s is refused as %s at %j', async (text, code, path) => {
    await expect(loadProgram(text, classify)).rejects.toMatchObject({ code, path })
  })

  test('a file that does not fit changes nothing', async () => {
    const text = await saveProgram(predict('text -> label'))
    await expect(loadProgram(text, classify)).rejects.toMatchObject({
      code: 'program-file/mismatch',
      path: '/signature/fields',
    })
    await expect(loadProgram(text, chainOfThought('text -> label'))).rejects.toMatchObject({
      code: 'program-file/mismatch',
      path: '/predict',
    })
  })

  test('a file that was changed after it was written is refused by its digest', async () => {
    const text = (await saveProgram(taught(classify))).replace('Learned.', 'Planted.')
    await expect(loadProgram(text, classify)).rejects.toMatchObject({ code: 'program-file/digest' })
  })

  test('a predictor called metadata cannot be saved', async () => {
    const clash = program('a -> b', { metadata: predict('a -> b') }, async (input, { metadata }) => metadata(input))
    await expect(saveProgram(clash)).rejects.toMatchObject({ code: 'program-file/shape' })
  })
})
