import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { predict, saveProgram } from '../../src/index.ts'
import { chromiumPath } from './chromium-path.ts'
import { ask, exported, importInto, type ServedPage, servePage } from './served-page.ts'

const noChromium = chromiumPath === undefined ? ' (skipped: no Chromium; install it or set KKACHI_CHROMIUM)' : ''

const markup = [
  '<img src=x onerror="window.harmed = 1">',
  '<svg onload="window.harmed = 1"><script>window.harmed = 1</script></svg>',
  '[a link](javascript:window.harmed=1) ![x](https://elsewhere.example/x.png)',
  '<a href="javascript:window.harmed=1">click</a>',
]

/** A program file with markup wherever the page shows something of it. */
const hostileFile = (): Promise<string> => {
  const program = predict('text -> label')
  const state = program.state.self
  if (!state) throw new Error('Expected the state of a lone predictor.')
  return saveProgram(
    program.withState({
      self: {
        ...state,
        demos: Array.from({ length: 8 }, (_, at) => ({ text: markup[at % 4], label: markup[(at + 1) % 4] })),
        signature: { ...state.signature, instructions: markup.join('\n') },
      },
    }),
  )
}

describe.skipIf(noChromium !== '')(`security of the built page${noChromium}`, () => {
  let served: ServedPage
  beforeAll(async () => {
    served = await servePage()
  }, 300_000)
  afterAll(() => served?.close())

  test('36. markup in programs, texts, answers and errors is shown as text', async () => {
    const { page, requests, complaints } = await served.open()
    await importInto(page, '<img src=x onerror=harm()>.json', await hostileFile())
    await page.locator('#program tbody tr').first().waitFor()
    for (const text of markup) {
      expect(await page.locator('#program').textContent()).toContain(text)
      await ask(page, text)
    }
    await importInto(page, 'wrong.json', `{"${markup[0]?.replaceAll('"', '\\"')}": 1, "signature": {}}`)
    await page.locator('#alert:visible').waitFor()
    expect(await page.locator('main :is(img, script, iframe, object, embed, a)').count()).toBe(0)
    expect(await page.locator('main svg').count()).toBe(0)
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false)
    expect(requests.filter(url => !url.startsWith(served.url))).toEqual([])
    expect(complaints).toEqual([])
  })

  test('36. the policy forbids inline scripts, eval and other origins, in the file and in the header', async () => {
    const response = await fetch(served.url)
    const html = await response.text()
    const { page } = await served.open()
    const policies = [
      response.headers.get('content-security-policy') ?? '',
      (await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')) ?? '',
    ]
    for (const policy of policies) {
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/)
    }
    expect(html).not.toMatch(/\son\w+=|<script(?![^>]*\bsrc=)|\sstyle=/)
    const outcome = await page.evaluate(async () => {
      await new Promise(resolve => setTimeout(resolve)) // the debugger, which may do all, is out of the way
      const script = document.createElement('script')
      script.textContent = 'window.harmed = 1'
      document.body.append(script)
      const refused = async (work: () => unknown): Promise<boolean> => {
        try {
          await work()
          return false
        } catch {
          return true
        }
      }
      return {
        inline: 'harmed' in window,
        evaluated: await refused(() => new Function('return 1')()),
        elsewhere: await refused(() => fetch('https://elsewhere.example/')),
      }
    })
    expect(outcome).toEqual({ inline: false, evaluated: true, elsewhere: true })
  })

  test('37. there is no key to leak: none is asked for, and nothing is in the address, in storage or in the file', async () => {
    const { page, context, requests } = await served.open()
    await importInto(page, 'program.json', await saveProgram(predict('text -> label')))
    await ask(page, 'A joy.')
    const file = await exported(page)
    expect(await page.locator('input[type=password], input[name*=key]').count()).toBe(0)
    expect(
      await page.evaluate(() => [localStorage.length, sessionStorage.length, location.search, location.hash]),
    ).toEqual([0, 0, '', ''])
    expect(await context.cookies()).toEqual([])
    expect(file).not.toMatch(/api.?key|authorization|bearer/i)
    expect(requests.every(url => url.startsWith(served.url) || url.startsWith('blob:'))).toBe(true)
  })

  test('38. neither an imported program nor a link makes a request, or points the page elsewhere', async () => {
    const link = `${served.url}?baseUrl=https%3A%2F%2Felsewhere.example&model=x#program=%7B%22baseUrl%22%3A%22https%3A%2F%2Felsewhere.example%22%7D`
    const { page, requests } = await served.open(link)
    const program = JSON.parse(await saveProgram(predict('text -> label')))
    const lm = { model: 'openai/gpt-4o-mini', api_base: 'https://elsewhere.example/v1', api_key: 'stolen' }
    delete program.metadata.kkachi.digest
    const before = requests.length
    await importInto(page, 'program.json', JSON.stringify({ ...program, lm }))
    await page.locator('#status', { hasText: 'Imported' }).waitFor()
    await page.waitForTimeout(500)
    expect(requests.slice(before)).toEqual([])
    await ask(page, 'A joy.')
    expect(requests.slice(before).filter(url => !url.startsWith(served.url))).toEqual([])
  })
})
