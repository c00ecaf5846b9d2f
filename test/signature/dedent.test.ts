import { expect, test } from 'vitest'
import { dedent } from '../../src/signature/dedent.ts'

test.each([
  ['One line.', 'One line.'],
  ['  One line.  ', 'One line.'],
  ['First\n    second\n      third', 'First\nsecond\n  third'],
  ['\n\n    a\n\n    b\n\n', 'a\n\nb'],
  ['\n\ta\n\t\tb', 'a\n        b'],
  ['a\r\n  b', 'a\nb'],
  ['', ''],
  [' \n ', ''],
])('takes the margin off %j', (text, without) => {
  expect(dedent(text)).toBe(without)
})
