import { expect, test } from 'vitest'
import { errorCodes } from '../../src/errors/codes.ts'
import { SandboxError } from '../../src/errors/sandbox-error.ts'
import * as kkachi from '../../src/index.ts'

const classes = [SandboxError.name, ...Object.keys(kkachi).filter(name => /^[A-Z]\w+Error$/.test(name))]

test('an error is named after the family of its code, in a minified app too', () => {
  class G extends kkachi.KkachiError<'program-file/shape'> {}
  expect(new G('program-file/shape', 'Wrong.').name).toBe('ProgramFileError')
})

test('every family of codes has the class of its name', () => {
  const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[]
  const families = new Set(codes.map(code => new kkachi.KkachiError(code, 'Wrong.').name))
  expect([...families, 'KkachiError'].sort()).toEqual(classes.sort())
})
