import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localModel } from '../../node/index.ts'
import { type Example, loadProgram } from '../../src/index.ts'
import { noDspy, run } from '../integration/python.ts'
import { chromiumPath } from './chromium-path.ts'
import {
  answersIn,
  ask,
  exported,
  idle,
  keptCandidates,
  type OpenPage,
  type ServedPage,
  scoreIn,
  servePage,
} from './served-page.ts'

const rows: readonly { readonly text: string; readonly label: string }[] = readFileSync(
  'examples/data/sentiment/test.jsonl',
  'utf8',
)
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))

const folder = mkdtempSync(join(tmpdir(), 'kkachi-page-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Calls the search may make: enough for two candidates, and so many that it is under way while a test looks. */
const [calls, manyCalls] = ['130', '20000']

const noChromium = chromiumPath === undefined ? ' (skipped: no Chromium; install it or set KKACHI_CHROMIUM)' : ''

describe.skipIf(noChromium !== '')(`the built page${noChromium}`, () => {
  let served: ServedPage
  let opened: OpenPage
  let file: string
  let answers: string[]

  beforeAll(async () => {
    served = await servePage()
    opened = await served.open()
  }, 300_000)
  afterAll(() => served?.close())

  test('measures the program as written', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Measure the program as written' }).click()
    await page.locator('#status', { hasText: 'Measured' }).waitFor({ timeout: 120_000 })
    const score = await scoreIn(page, 'before')
    expect(score).toBeGreaterThanOrEqual(0)
    expect(await page.locator('#before-value').textContent()).toContain('n 100')
  })

  test('stays responsive while it optimizes, and is stopped at once', async () => {
    const { page } = opened
    await page.getByLabel('Calls to search with').fill(manyCalls)
    await page.getByRole('button', { name: 'Optimize', exact: true }).click()
    await page.locator('#status', { hasText: 'Scoring' }).waitFor()
    const longest = await page.evaluate(async () => {
      let most = 0
      let last = performance.now()
      for (let turn = 0; turn < 60; turn += 1) {
        await new Promise(resolve => setTimeout(resolve, 10))
        most = Math.max(most, performance.now() - last)
        last = performance.now()
      }
      return most
    })
    expect(longest).toBeLessThan(20_000) // of a page that stands still, not of a slow machine
    await page.getByRole('button', { name: 'Stop' }).click()
    await idle(page, 60_000)
    expect(await page.locator('#status').textContent()).toContain('Stopped')
    expect(await page.locator('#alert').isHidden()).toBe(true)
  })

  test('goes on from the cache where a reload cut it short, and finds a better program', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Continue' }).click()
    // Rows in sight may be of the run before, or not written yet.
    await expect.poll(() => keptCandidates(page), { timeout: 120_000 }).toBeGreaterThanOrEqual(1)
    await page.reload()
    await page.locator('#status', { hasText: 'cut short' }).waitFor()
    expect(await page.locator('#candidates tbody tr').count()).toBeGreaterThanOrEqual(1)
    await page.getByLabel('Calls to search with').fill(calls)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('#status', { hasText: /used up|Done/ }).waitFor({ timeout: 280_000 })
    await idle(page, 120_000)
    expect(await page.locator('#alert').textContent()).toBe('')
    expect(Number(await page.locator('#fact-cached').textContent())).toBeGreaterThanOrEqual(24)
    expect(await scoreIn(page, 'after')).toBeGreaterThan(await scoreIn(page, 'before'))
  })

  test('has the program after a reload, and exports it', async () => {
    const { page } = opened
    const score = await scoreIn(page, 'after')
    file = await exported(page)
    const demos = await page.locator('#program tbody tr').count()
    await page.reload()
    await page.locator('#program tbody tr').first().waitFor()
    expect(await page.locator('#program tbody tr').count()).toBe(demos)
    expect(await scoreIn(page, 'after')).toBe(score)
    expect(await exported(page)).toBe(file)
    expect(JSON.parse(file).demos).toHaveLength(demos)
  })

  test('tries texts of the user, by keyboard too', async () => {
    const { page } = opened
    answers = []
    for (const { text } of rows.slice(0, 20)) answers.push((await ask(page, text))[1] ?? '')
    expect(answers.filter((answer, at) => answer === rows[at]?.label).length).toBeGreaterThanOrEqual(15)
    await page.getByLabel('A review of your own').fill('An awful, tedious film.')
    await page.locator('#try:enabled').waitFor()
    await page.keyboard.press('Control+Enter')
    expect(await answersIn(page)).toHaveLength(2)
  })

  test('the exported file gives the same answers in Node', async () => {
    const program = await loadProgram(file)
    const model = localModel('nano')
    const context = { model, sampling: { temperature: 0, maxTokens: 48 } }
    const inNode: Example[] = []
    for (const { text } of rows.slice(0, 20)) inNode.push(await program.run({ text }, context))
    expect(inNode.map(({ label }) => label)).toEqual(answers)
  })

  test.skipIf(noDspy)(`the exported file loads in Python DSPy${noDspy ? ` (skipped: ${noDspy})` : ''}`, () => {
    const path = join(folder, 'sentiment.json')
    writeFileSync(path, file)
    const told = run(
      [
        'import json, sys, warnings',
        'warnings.filterwarnings("ignore")',
        'import dspy',
        'made = dspy.Predict("text -> label")',
        'made.load(sys.argv[1])',
        'print(json.dumps({"instructions": made.signature.instructions, "demos": [dict(demo) for demo in made.demos]}))',
      ].join('\n'),
      path,
    )
    const { signature, demos } = JSON.parse(file)
    expect(JSON.parse(told)).toEqual({ instructions: signature.instructions, demos })
  })

  test('forgets everything when told to', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Forget everything' }).click()
    await page.locator('#status', { hasText: 'Forgotten' }).waitFor()
    await page.reload()
    await page.getByText('Nothing learned yet.').waitFor()
    expect(await page.locator('#before-value').textContent()).toBe('not measured')
    expect(await page.locator('#candidates tbody tr').count()).toBe(0)
  })

  test('told nobody else, and complained of nothing', () => {
    expect(opened.requests.filter(url => !url.startsWith(served.url) && !url.startsWith('blob:'))).toEqual([])
    expect(opened.complaints).toEqual([])
  })
})
