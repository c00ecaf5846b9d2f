import { afterAll, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import { chat, compact, json, xml } from '../../src/adapters/index.ts'
import { linearPattern, predict, signature, usageOf } from '../../src/index.ts'

const model = localModel('nano')
afterAll(() => model.close())

const short = { type: 'string', constraints: { maxLength: 12 } } as const

/** What nano never saw; every text has a limit, for it need not know when to stop. */
const asked = signature({
  inputs: { text: 'string' },
  outputs: {
    label: "'R&D' | 'a < b' | 'other'",
    note: { ...short, optional: true },
    code: { type: 'string', constraints: { pattern: linearPattern('^[A-Z]{2}-\\d{3}$') } },
    pair: 'tuple[int, bool]',
    when: { type: 'string | null', constraints: { maxLength: 8 } },
  },
})

test.each([chat, json, compact, xml])(
  'nano answers in the format $name at once, whatever it was trained on',
  async adapter => {
    const prediction = await predict(asked).run({ text: 'The view was calm.' }, { model, adapter })
    expect(['R&D', 'a < b', 'other']).toContain(prediction.label)
    expect(prediction.code).toMatch(/^[A-Z]{2}-\d{3}$/)
    expect(prediction.pair).toEqual([expect.any(Number), expect.any(Boolean)])
    expect(usageOf(prediction).calls).toBe(1)
  },
)
