import { describe, expect, test } from 'vitest'
import { codeIn } from '../../src/modules/code-in.ts'

describe('the code in an answer', () => {
  test.each([
    ['is all of it without a fence', '  const a = 1\na  ', 'const a = 1\na'],
    ['is what a fence holds', '```js\nconst a = 1\n```', 'const a = 1'],
    ['is what a fence without a language holds', '```\na\n```', 'a'],
    ['stands among words', 'Here it is:\n\n```JavaScript\na\nb\n```\nThat prints b.', 'a\nb'],
    ['is the first of several', '```js\na\n```\nor\n```js\nb\n```', 'a'],
    ['goes to the end where the fence stays open', '```js\na\nb', 'a\nb'],
    ['stands in a fence around a fence', '```\n```js\na\n```\n```', 'a'],
    ['has backticks that are no fence', 'const a = `b`; print("```")', 'const a = `b`; print("```")'],
    ['keeps its indentation', '```js\n  a\n    b\n```', '  a\n    b'],
    ['is behind an indented fence', '  ```ts\n  a\n  ```', '  a'],
  ])('%s', (_what, text, code) => {
    expect(codeIn(text)).toEqual({ code })
  })

  test.each([
    ['of another language', '```python\nprint(1)\n```', /this was python/],
    ['that is empty', '```js\n\n```', /no code/],
    ['that is not there', ' \n ', /no code/],
  ])('%s is a problem', (_what, text, problem) => {
    expect(codeIn(text).problem).toMatch(problem)
  })

  test('is found in time that grows with the text only', () => {
    expect(codeIn('``\n'.repeat(200_000)).code).toHaveLength(599_999)
    expect(codeIn('```\n'.repeat(200_001)).problem).toMatch(/no code/)
  })
})
