import { describe, expect, test } from 'vitest'
import { recentlyUsed } from '../../src/data/recently-used.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { withPool } from '../../src/modules/demo-pool.ts'
import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { errorCode, labeled, served } from './served.ts'

const rows = [
  { text: 'cold', label: 'weather' },
  { text: 'bread', label: 'food' },
  { text: 'train', label: 'travel' },
]

/** The file of a program that shows the one row nearest to its input. */
const neighborly = () => {
  const program = predict('text -> label')
  const pool = withPool(program.state, 1, () => rows.map(row => ({ input: { text: row.text }, demo: row })))
  return saveProgram(program.withState(pool))
}

/** Texts are near each other when they begin alike. */
const byLetter = () => {
  const asked: (readonly string[])[] = []
  const embedder = functionEmbedder({
    id: 'letters',
    embed: async texts => {
      asked.push(texts)
      return texts.map(text =>
        Float32Array.from({ length: 26 }, (_, at) =>
          (text.at('text: '.length) ?? '').charCodeAt(0) - 97 === at ? 1 : 0,
        ),
      )
    },
  })
  return { embedder, asked }
}

const model = () => scriptedModel(() => labeled('fine'))
const shown = (calls: ReturnType<typeof model>['calls']) => calls.map(({ messages }) => messages.map(m => m.content))

describe('a program that shows rows near its input', () => {
  test('shows them where the server has an embedder, and nothing of it is without effect', async () => {
    const asking = model()
    const { run, upload } = served({ model: asking, embedder: () => byLetter().embedder })
    const uploaded: unknown = await (await upload('a', await neighborly())).json()
    expect(uploaded).not.toHaveProperty('advice')
    expect(uploaded).not.toHaveProperty('withoutEffect')
    expect((await run('a', { input: { text: 'biscuit' } })).status).toBe(200)
    const [said] = shown(asking.calls)
    expect(String(said)).toContain('bread')
    expect(String(said)).not.toContain('cold')
  })

  test('shows none elsewhere, and who uploads it is told so and what to do', async () => {
    const asking = model()
    const { run, upload } = served({ model: asking })
    expect(await (await upload('a', await neighborly())).json()).toMatchObject({
      advice: expect.stringContaining('KKACHI_EMBEDDER'),
      withoutEffect: ['/train', '/neighbors'],
    })
    expect((await run('a', { input: { text: 'biscuit' } })).status).toBe(200)
    expect(String(shown(asking.calls))).not.toContain('bread')
  })

  test('asks for the vectors of its rows once where they are kept, and for those of inputs each time', async () => {
    const { embedder, asked } = byLetter()
    const { run, upload } = served({ embedder: () => embedder, vectors: recentlyUsed(2 ** 16) })
    await upload('a', await neighborly())
    for (const text of ['biscuit', 'cabbage', 'biscuit']) await run('a', { input: { text } })
    const [first, ...others] = ['biscuit', 'cabbage', 'biscuit'].map(text => [`text: ${text}`])
    expect(asked).toEqual([['text: cold', 'text: bread', 'text: train'], first, ...others])
  })

  test('counts what embedding cost in the usage', async () => {
    const { run, upload } = served({ embedder: () => byLetter().embedder })
    await upload('a', await neighborly())
    const { usage } = (await (await run('a', { input: { text: 'biscuit' } })).json()) as { usage: { calls: number } }
    expect(usage.calls).toBe(3)
  })

  test('fails with the embedder, by its status', async () => {
    const failing = {
      ...byLetter().embedder,
      embed: () => Promise.reject(new ModelError('model/timeout', 'Late.', { model: 'e' })),
    }
    const { run, upload } = served({ embedder: () => failing })
    await upload('a', await neighborly())
    const response = await run('a', { input: { text: 'biscuit' } })
    expect([response.status, await errorCode(response)]).toEqual([504, 'model/timeout'])
  })

  test('asks no embedder for a program without rows', async () => {
    const { run, upload } = served({
      embedder: () => {
        throw new Error('nobody asked for this')
      },
    })
    await upload('a', await saveProgram(predict('text -> label')))
    expect((await run('a', { input: { text: 'x' } })).status).toBe(200)
  })
})
