import { expect, test } from 'vitest'
import { inferPrefix } from '../../src/signature/prefix.ts'

test.each([
  ['question', 'Question'],
  ['snake_case', 'Snake Case'],
  ['camelCaseText', 'Camel Case Text'],
  ['HTMLParser', 'HTML Parser'],
  ['GPT4Model', 'GPT 4 Model'],
  ['userIDs', 'User I Ds'],
  ['x__y', 'X  Y'],
  ['some_Title', 'Some  Title'],
])('makes the label of %s %j', (name, prefix) => {
  expect(inferPrefix(name)).toBe(prefix)
})
