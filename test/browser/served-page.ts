import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { build, preview } from 'vite'
import { chromiumPath, quietFlags } from './chromium-path.ts'

export interface ServedPage {
  readonly url: string
  /** Opens the page as somebody new: a browser context of its own, with nothing kept. */
  open(address?: string): Promise<OpenPage>
  close(): Promise<void>
}

export interface OpenPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Every address asked for so far, by the page and its worker. */
  readonly requests: readonly string[]
  /** What the browser complained of: refused by the policy, thrown by a script. */
  readonly complaints: readonly string[]
}

/** Builds the page, serves it as `vite preview` does, and starts a browser. */
export const servePage = async (): Promise<ServedPage> => {
  const outDir = mkdtempSync(join(tmpdir(), 'kkachi-page-'))
  const configFile = 'browser/vite.config.ts'
  await build({ configFile, logLevel: 'warn', build: { outDir } })
  const server = await preview({
    configFile,
    logLevel: 'warn',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, strictPort: false },
  })
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0]
  if (url === undefined) throw new Error('Expected an address of the preview server.')
  const browser: Browser = await chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [...quietFlags],
  })
  return {
    url,
    async open(address = url) {
      const context = await browser.newContext({ viewport: { width: 1000, height: 900 } })
      const requests: string[] = []
      const complaints: string[] = []
      context.on('request', request => requests.push(request.url()))
      context.on('weberror', error => complaints.push(String(error.error())))
      context.on('console', message => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      await page.goto(address)
      await ready(page)
      return { page, context, requests, complaints }
    },
    async close() {
      await browser.close()
      await server.close()
      rmSync(outDir, { recursive: true })
    },
  }
}

/** Waits until the page hears clicks: its script has read what was kept. */
export const ready = (page: Page): Promise<void> => page.locator('main:not([inert])').waitFor()

/** Waits until the page no longer works on what it has begun to work on. */
export const idle = async (page: Page, timeout: number): Promise<void> => {
  await page.locator('#stop:disabled').waitFor({ timeout, state: 'attached' })
}

/** The score that stands in the page, in percent. */
export const scoreIn = async (page: Page, which: 'before' | 'after'): Promise<number> =>
  Number.parseFloat((await page.locator(`#${which}-value`).textContent()) ?? '')

/** How many candidates of the run under way the page has kept: what a reload now would find. */
export const keptCandidates = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await settled(indexedDB.open('kkachi/page'))
    const entry = await settled(database.transaction('entries').objectStore('entries').get('state'))
    database.close()
    const { run } = JSON.parse(new TextDecoder().decode(entry.value)).state
    return run?.status === 'running' ? run.candidates.length : 0
  })

/** The file that the page exports. */
export const exported = async (page: Page): Promise<string> => {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export file' }).click(),
  ])
  const stream = await file.createReadStream()
  return Buffer.concat(await stream.toArray()).toString('utf8')
}

/** Gives the page a file to import. */
export const importInto = (page: Page, name: string, text: string): Promise<void> =>
  page.locator('#import-file').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })

/** What the page says of a text: by the program as written, and by the kept one. */
export const ask = async (page: Page, text: string): Promise<readonly string[]> => {
  await page.getByLabel('A review of your own').fill(text)
  await page.getByRole('button', { name: 'Ask' }).click()
  return answersIn(page)
}

/** The answers, once they are there. */
export const answersIn = async (page: Page): Promise<readonly string[]> => {
  await page.locator('#answers[aria-busy=false]').waitFor({ state: 'attached' })
  return page.locator('#answers dd').allTextContents()
}
