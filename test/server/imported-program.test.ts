import { describe, expect, test } from 'vitest'
import { frozen } from '../../src/adapters/frozen.ts'
import { readProgram } from '../../src/server/read-program.ts'
import { scriptedModel } from '../../src/testing/index.ts'
import { frozenExample, frozenFile } from '../adapters/frozen-example.ts'

describe('a server', () => {
  test('serves a program imported from DSPy, whose types no signature string says, with its frozen prompts', async () => {
    const { program, adapter } = await readProgram(frozenFile())
    expect(adapter).toBe(frozen)
    const model = scriptedModel(['[[ ## answer ## ]]\nyes\n\n[[ ## score ## ]]\n1'])
    expect(await program.run({ question: 'Why?' }, { model, adapter })).toEqual({ answer: 'yes', score: 1 })
    expect(model.calls[0]?.messages.at(-1)?.content).toBe('Q: Why?\n\nGo.')
  })

  test('refuses one whose prompts are of another shape before it serves it', async () => {
    const broken = frozenFile({}, { ...frozenExample, request: [{ eval: '1' }] })
    await expect(readProgram(broken)).rejects.toMatchObject({ code: 'program-file/shape' })
  })
})
