import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonLines } from '../../../node/build/json-lines.ts'

describe('jsonLines', () => {
  const text = '{\n  "a": 1,\n  "b": {\n    "c/d": [\n      true,\n      "x"\n    ]\n  }\n}'

  test.each([
    ['', 1],
    ['/a', 2],
    ['/b/c~1d', 4],
    ['/b/c~1d/1', 6],
    ['/b/nothing/there', 3],
  ])('finds %s', (pointer, line) => {
    expect(jsonLines(text).lineOf(pointer)).toBe(line)
  })

  test.each([
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{"a":\n\n// why\n1}', 3],
    ['{"a": "one\ntwo"}', 1],
    ['[1,\n2', 2],
    ['{}\n{}', 2],
    ['{"a": 01}', 1],
    ['', 1],
    ['['.repeat(100_000), 1],
  ])('finds where %j stops being JSON', (broken, line) => {
    expect(jsonLines(broken).brokenLine).toBe(line)
  })

  test('finds a key that stands twice', () => {
    expect(jsonLines('{"a": {"b": 1,\n"b": 2}}').repeated).toBe('/a/b')
    expect(jsonLines(text).repeated).toBeUndefined()
  })

  test('takes for JSON what the engine does', () => {
    const mangled = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '\n', '0', '-', '\\', 'e'))
      .map(([json, at, put]) => {
        const where = at % (json.length + 1)
        return json.slice(0, where) + put + json.slice(where)
      })
    fc.assert(
      fc.property(mangled, text => {
        expect(jsonLines(text).brokenLine === undefined).toBe(isJson(text))
      }),
    )
  })
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
