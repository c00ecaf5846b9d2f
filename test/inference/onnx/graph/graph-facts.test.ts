import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../../../src/errors/kkachi-error.ts'
import { attentionForm } from '../../../../src/inference/onnx/attention-form.ts'
import { externalTensors } from '../../../../src/inference/onnx/graph/external-tensors.ts'
import { graphFacts } from '../../../../src/inference/onnx/graph/graph-facts.ts'
import { bytesField, joined, numberField, textField } from '../../../../src/inference/onnx/graph/wire-writer.ts'
import { stateShapeOf } from '../../../../src/inference/onnx/network-shape.ts'
import { externalWeight, sampleGraph, sampleShape } from './sample-graph.ts'

/** All that is done with a file before a runtime sees it. */
const readAll = (bytes: Uint8Array, onGpu: boolean): Uint8Array => {
  const facts = graphFacts(bytes, 'sample.onnx')
  const state = stateShapeOf('sample', sampleShape, facts)
  externalTensors(bytes, 'sample.onnx')
  return attentionForm(bytes, facts, state, onGpu).graph
}
const isRefusal = (error: unknown): boolean => KkachiError.is(error, 'runtime/model-files')
const refuses = (work: () => unknown): void => expect(work).toThrow(expect.toSatisfy(isRefusal))

describe('the facts of a graph', () => {
  test('are its inputs, outputs, attention and version', () => {
    const facts = graphFacts(sampleGraph(), 'sample.onnx')
    expect(facts.opset).toBe(21)
    expect(facts.inputs.map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ['input_ids', 7, ['batch', 'rows']],
      ['past_key_values.0.key', 1, ['batch', 1, 'past', 4]],
      ['past_key_values.0.value', 1, ['batch', 1, 'past', 4]],
    ])
    expect(facts.outputs.map(({ name }) => name)).toEqual(['logits', 'present.0.key', 'present.0.value'])
    expect(Object.fromEntries(facts.attention[0]?.numbers ?? [])).toEqual({ num_heads: 2, kv_num_heads: 1, scale: 0.5 })
  })

  test('are checked against the config', () => {
    const state = (bytes: Uint8Array, shape = {}) =>
      stateShapeOf('sample', { ...sampleShape, ...shape }, graphFacts(bytes, 'sample.onnx'))
    expect(state(sampleGraph())).toEqual({ type: 'float32', layers: 1, heads: 1, width: 4 })
    for (const shape of [{ layers: 2 }, { heads: 4 }, { stateHeads: 2 }, { headWidth: 8 }]) {
      refuses(() => state(sampleGraph(), shape))
    }
    refuses(() => state(sampleGraph({ attention: { num_heads: 3 } })))
  })

  test('are refused of what is no ONNX file, and of one that is cut short', () => {
    const whole = sampleGraph({ extra: [externalWeight({ location: 'data' })] })
    for (const text of ['', 'version https://git-lfs.github.com/spec/v1', '<!doctype html>', '{"error":"gone"}']) {
      refuses(() => readAll(new TextEncoder().encode(text), false))
    }
    for (let length = 0; length < whole.length - 12; length++) refuses(() => readAll(whole.subarray(0, length), false))
    refuses(() => readAll(joined([whole, whole]), false))
  })

  test('announce no more than there is', () => {
    // A field of 2^60 bytes, one of 2^63 and one that never ends.
    for (const length of [
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      new Array<number>(20).fill(0xff),
    ]) {
      refuses(() => readAll(Uint8Array.of(0x3a, ...length, 0), false))
      refuses(() => readAll(sampleGraph({ extra: [Uint8Array.of(0x0a, ...length)] }), false))
    }
  })

  test('are not many beyond reason', () => {
    const value = bytesField(11, textField(1, 'x'))
    refuses(() => readAll(sampleGraph({ extra: new Array<Uint8Array>(5000).fill(value) }), false))
    const sizes = bytesField(5, ...new Array<Uint8Array>(100).fill(numberField(1, 1)))
    refuses(() => readAll(sampleGraph({ extra: [sizes] }), false))
  })

  test('of damaged files end in a refusal or in another graph, never otherwise', () => {
    const whole = sampleGraph({ extra: [externalWeight({ location: 'data', offset: '0', length: '16' })] })
    const damage = fc.oneof(
      fc.record({
        at: fc.nat(whole.length - 1),
        put: fc.uint8Array({ minLength: 1, maxLength: 12 }),
        drop: fc.nat(12),
      }),
      fc.record({ at: fc.nat(whole.length - 1), put: fc.constant(new Uint8Array(0)), drop: fc.nat(whole.length) }),
    )
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), fc.boolean(), (damages, onGpu) => {
        let bytes = whole
        for (const { at, put, drop } of damages) bytes = joined([bytes.slice(0, at), put, bytes.slice(at + drop)])
        try {
          const edited = readAll(bytes, onGpu)
          // What it adds is a part of the file, or a few nodes.
          expect(edited.length).toBeLessThan(bytes.length + 8192)
        } catch (error) {
          if (!isRefusal(error)) throw error
        }
      }),
      { numRuns: 10_000 },
    )
  })
})
