import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const written = fileURLToPath(new URL('../../classify.json', import.meta.url))
const printed: string[] = []

beforeEach(() => {
  printed.length = 0
  vi.spyOn(console, 'log').mockImplementation((...parts) => {
    printed.push(parts.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '))
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})
afterAll(() => {
  rmSync(written, { force: true })
})

/** The scores that an example printed, in order. */
const scoresIn = (line: string | undefined): number[] => (line?.match(/\d\.\d+/g) ?? []).map(Number)

describe('the examples, on the embedded model', () => {
  test('quick-start makes the program better, saves it and uses it', async () => {
    await import('../../examples/quick-start.ts')
    const [before = 1, after = 0] = scoresIn(printed.find(line => line.startsWith('held-out')))
    expect(after).toBeGreaterThan(before + 0.2)
    expect(JSON.parse(readFileSync(written, 'utf8')).demos.length).toBeGreaterThan(0)
    expect(JSON.parse(printed.at(-1) ?? '')).toEqual({ label: 'billing' })
  })

  test('bootstrap-few-shot, as the founding documents call it, makes the program better', async () => {
    await import('../../examples/bootstrap-few-shot.ts')
    const [before = 1] = scoresIn(printed.find(line => line.includes('before')))
    const [after = 0] = scoresIn(printed.find(line => line.includes('after:')))
    expect(printed.find(line => line.startsWith('finished'))).toMatch(/with [1-5] demos/)
    expect(after).toBeGreaterThan(before)
  })
})

describe('the README', () => {
  test('shows the quick start as it is run here', () => {
    const [readme, example] = ['README.md', 'examples/quick-start.ts'].map(name =>
      readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'),
    )
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)
  })
})
