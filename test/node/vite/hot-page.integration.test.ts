import { type Browser, chromium, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, quietFlags } from '../../browser/chromium-path.ts'
import { learned, type ViteProject, viteProject } from './vite-project.ts'

const noChromium = chromiumPath === undefined ? ' (skipped: no Chromium; install it or set KKACHI_CHROMIUM)' : ''

describe.skipIf(noChromium !== '')(`a page of the development server${noChromium}`, () => {
  let project: ViteProject
  let server: ViteDevServer
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    project = viteProject({
      'triage.kkachi': '{\n  "signature": "text -> label",\n  "state": "triage.json"\n}',
      'triage.json': learned('Guess.'),
      'index.html': '<!doctype html><title>Triage</title><script type="module" src="/main.js"></script>',
      'main.js': "import program from './triage.kkachi'\nglobalThis.program = program\n",
    })
    server = await createServer({ ...project.config, server: { host: '127.0.0.1', port: 0 } })
    await server.listen()
    browser = await chromium.launch({
      ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
      args: [...quietFlags],
    })
    page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    await page.waitForFunction('globalThis.program !== undefined')
    await page.evaluate('globalThis.isFirst = true')
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    project.close()
  })

  const learnedText = 'globalThis.program?.state.self.signature.instructions'
  const knows = (instructions: string) => page.waitForFunction(`${learnedText} === ${JSON.stringify(instructions)}`)
  const isFirst = () => page.evaluate('globalThis.isFirst === true')

  test('holds a program that goes on with what was learned last, without a reload', async () => {
    await knows('Guess.')
    for (const instructions of ['Think.', 'Think twice.']) {
      project.write('triage.json', learned(instructions))
      await knows(instructions)
    }
    expect(await isFirst()).toBe(true)
  })

  test('shows in the overlay what is wrong, with file and line', async () => {
    project.write('triage.kkachi', '{\n  "signature": "text -> label",\n  "module": "guess"\n}')
    await page.locator('vite-error-overlay').waitFor({ state: 'attached' })
    const shown = await page.evaluate("document.querySelector('vite-error-overlay').shadowRoot.textContent")
    expect(shown).toContain("triage.kkachi:3: Expected 'module' to be predict or chain-of-thought")
    expect(await page.evaluate(learnedText)).toBe('Think twice.')
  })

  test('goes on when it is mended', async () => {
    project.write('triage.kkachi', '{\n  "signature": "text -> label",\n  "state": "triage.json"\n}')
    await page.locator('vite-error-overlay').waitFor({ state: 'detached' })
    project.write('triage.json', learned('Think again.'))
    await knows('Think again.')
  })

  test('is loaded anew when the program takes or gives something else', async () => {
    await page.evaluate('globalThis.isFirst = true')
    project.write('triage.kkachi', '{"signature": "text -> label, confidence: float"}')
    await page.waitForFunction('globalThis.program?.signature.outputs.length === 2')
    expect(await isFirst()).toBe(false)
  })

  test('comes to life when a source that was broken from the start is mended', async () => {
    project.write('triage.kkachi', '{"signature": "text label"}')
    await page.goto('about:blank')
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    await page.locator('vite-error-overlay').waitFor({ state: 'attached' })
    project.write('triage.kkachi', '{"signature": "text -> label", "instructions": "Mended."}')
    await knows('Mended.')
  })
})
