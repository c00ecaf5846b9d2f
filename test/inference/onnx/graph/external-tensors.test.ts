import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../../../src/errors/kkachi-error.ts'
import { assertWithin, externalTensors } from '../../../../src/inference/onnx/graph/external-tensors.ts'
import { bytesField, numberField, textField } from '../../../../src/inference/onnx/graph/wire-writer.ts'
import { externalTensor, externalWeight, sampleGraph } from './sample-graph.ts'

const read = (...extra: Uint8Array[]) => externalTensors(sampleGraph({ extra }), 'sample.onnx')
const refuses = (work: () => unknown): void =>
  expect(work).toThrow(expect.toSatisfy(error => KkachiError.is(error, 'runtime/model-files')))
const data = { location: 'model.onnx_data' }

describe('weights in other files', () => {
  test('are found with the stretch they lie in', () => {
    expect(
      read(
        externalWeight({ ...data, offset: '64', length: '16' }),
        externalWeight({ location: 'more/part-1.bin' }, [2, 3]),
      ),
    ).toEqual([
      expect.objectContaining({ location: 'model.onnx_data', offset: 64, length: 16 }),
      expect.objectContaining({ location: 'more/part-1.bin', offset: 0, length: 24 }),
    ])
  })

  test('are found wherever a runtime would look for them', () => {
    const tensor = externalTensor({ location: '../secret' })
    const inner = bytesField(5, ...tensor)
    const attribute = (...parts: Uint8Array[]) => bytesField(1, bytesField(5, textField(1, 'value'), ...parts))
    refuses(() => read(attribute(bytesField(5, ...tensor))))
    refuses(() => read(attribute(bytesField(10, ...tensor))))
    refuses(() => read(attribute(bytesField(6, inner))))
    refuses(() => read(attribute(bytesField(11, inner))))
    refuses(() => read(attribute(bytesField(22, bytesField(1, ...tensor)))))
    refuses(() => read(bytesField(15, bytesField(2, ...tensor))))
  })

  test('never lead out of the folder, nor to an address in memory', () => {
    const places = [
      '',
      '.',
      '..',
      '../a',
      'a/../../b',
      '/etc/passwd',
      '\\\\host\\a',
      'C:\\a',
      'C:/a',
      'a//b',
      './a',
      'a/',
    ]
    for (const location of [
      ...places,
      'a\0b',
      '*/_ORT_MEM_ADDR_/*',
      'file:///etc/passwd',
      'ä',
      'a b',
      'a'.repeat(300),
    ]) {
      refuses(() => read(externalWeight({ location })))
    }
    refuses(() => read(externalWeight({ offset: '0' })))
  })

  test('lie at whole numbers from 0, as long as their sizes say', () => {
    for (const offset of ['-1', '1.5', '0x10', '1e3', '', ' 1', '9'.repeat(16), 'NaN']) {
      refuses(() => read(externalWeight({ ...data, offset })))
    }
    for (const length of ['-16', '15', '17', '1152921504606846976', '']) {
      refuses(() => read(externalWeight({ ...data, length })))
    }
  })

  test('have sizes that a memory can hold', () => {
    for (const sizes of [[2 ** 60], [2 ** 30, 2 ** 30], [2 ** 20, 2 ** 20, 2 ** 20]]) {
      refuses(() => read(externalWeight(data, sizes)))
      // The same announced for numbers within the file.
      const tensor = [...sizes.map(size => numberField(1, size)), numberField(2, 1), textField(8, 'w')]
      refuses(() => read(bytesField(5, ...tensor)))
      refuses(() => read(bytesField(5, ...tensor, bytesField(9, new Uint8Array(16)))))
    }
  })

  test('do not overlap, but for those that are the same', () => {
    const at = (offset: number) => externalWeight({ ...data, offset: String(offset) })
    refuses(() => read(at(0), at(8)))
    refuses(() => read(at(24), at(0), at(12)))
    expect(read(at(0), at(16), at(0))).toHaveLength(3)
    expect(read(at(0), externalWeight({ location: 'other', offset: '8' }))).toHaveLength(2)
  })

  test('lie within files that are there', () => {
    const tensors = read(externalWeight({ ...data, offset: '16' }))
    const within = (size: number | undefined) => () => assertWithin('sample.onnx', tensors, () => size)
    expect(within(32)).not.toThrow()
    refuses(within(31))
    refuses(within(0))
    refuses(within(undefined))
  })

  test('are not looked for in graphs without end', () => {
    let nested = bytesField(5, ...externalTensor(data))
    for (let depth = 0; depth < 100; depth++) {
      nested = bytesField(1, bytesField(5, textField(1, 'body'), bytesField(6, nested)))
    }
    refuses(() => read(nested))
  })
})
