import { expect, test } from 'vitest'
import { folderFiles } from '../../node/inference/folder-files.ts'
import { grammarWasm } from '../../node/inference/grammar-wasm.ts'
import { onnxruntimeNode } from '../../node/models/onnxruntime-node.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import { onnxModel } from '../../src/inference/onnx-model.ts'

const files = folderFiles('models/nano')

/** nano, and what happened while it was loaded, in order. */
const heard = (bring: () => Promise<unknown> = onnxruntimeNode) => {
  const order: string[] = []
  const model = onnxModel({
    ...{ id: 'local/nano', files, threads: 1 },
    runtime: bring,
    async grammar(vocabulary) {
      order.push(`grammars over ${vocabulary.size} tokens`)
      return grammarEngine({ vocabulary, wasm: grammarWasm })
    },
    onEvent: ({ type }) => void order.push(type),
  })
  return { order, model }
}

test('load() makes grammars ready while the network is loaded, over its rows, once', async () => {
  const { order, model } = heard()
  await model.load()
  await model.generate({
    messages: [{ role: 'user', content: 'q' }],
    maxTokens: 2,
    grammar: 'start: "a" | "b"',
  })
  await model.close()
  expect(order.filter(type => type !== 'progress')).toEqual([
    'backend',
    'grammars over 2560 tokens',
    'ready',
    'unloaded',
  ])
})

test('a call that asks for no grammar brings none', async () => {
  const { order, model } = heard()
  await model.generate({ messages: [{ role: 'user', content: 'q' }], maxTokens: 1 })
  await model.close()
  expect(order.filter(type => type !== 'progress')).toEqual(['backend', 'ready', 'unloaded'])
})

test('a load whose session fails is its failure, whatever became of grammars', async () => {
  const { model } = heard(() => Promise.reject(new Error('Cannot find package')))
  await expect(model.load()).rejects.toMatchObject({ code: 'runtime/no-backend' })
})

test('grammars that cannot be made fail a load, and no call that does without', async () => {
  const model = onnxModel({
    ...{ id: 'local/nano', files, threads: 1, runtime: onnxruntimeNode },
    grammar: () => Promise.reject(new Error('no such engine')),
  })
  await expect(model.load()).rejects.toThrow('no such engine')
  const { completions } = await model.generate({ messages: [{ role: 'user', content: 'q' }], maxTokens: 1 })
  expect(completions).toHaveLength(1)
  await model.close()
})
