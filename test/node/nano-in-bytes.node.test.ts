import { readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import { predict } from '../../src/index.ts'

/** The texts and the instruction of a task of the example data. */
const texts = (task: string, count: number): readonly string[] =>
  readFileSync(new URL(`../../examples/data/${task}/dev.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, count)
    .map(line => JSON.parse(line).text)

describe('nano with weights in bytes', () => {
  test('is a third as large', () => {
    const [floats, bytes] = ['model.onnx', 'model_quantized.onnx'].map(
      name => statSync(new URL(`../../models/nano/onnx/${name}`, import.meta.url)).size,
    )
    expect(bytes).toBeLessThan((floats ?? 0) / 2.5)
    expect((floats ?? 0) + (bytes ?? 0)).toBeLessThan(8_000_000)
  })

  test.each([
    ['sentiment', 'Classify the sentiment of the text as positive or negative.'],
    ['routing', 'Route the ticket to one of billing, technical, shipping, account, sales.'],
  ])('gives the answers that it gives with floats: %s', async (task, instructions) => {
    const program = predict('text -> label', { instructions })
    const answers = await Promise.all(
      (['fp32', 'q8'] as const).map(async weights => {
        const model = localModel('nano', { weights })
        const outputs = await Promise.all(texts(task, 12).map(text => program.run({ text }, { model })))
        await model.close()
        return outputs.map(({ label }) => label)
      }),
    )
    expect(answers[1]).toEqual(answers[0])
  })
})
