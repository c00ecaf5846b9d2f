import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { type ChatServer, chatServer } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const key = 'Zq7vR2x9KpW4mT8s'
let status = 200
let server: ChatServer
let gone = ''
beforeAll(async () => {
  server = await chatServer(0, () => status, `No, ${key}.`)
  const left = await chatServer()
  gone = left.url
  await left.close()
})
afterAll(() => server.close())

const run = async (url: string) => {
  const terminal = testTerminal({ environment: { OPENAI_API_KEY: key } })
  const flags = ['--signature', 'text -> label', '--input', '{"text": "a"}', '--model', 'openai/m', '--base-url', url]
  const code = await main(['run', ...flags], terminal, new AbortController().signal)
  return { code, said: terminal.stderr() }
}

describe('a provider that fails is told in the words of the command line', () => {
  test.each<[number, RegExp]>([
    [401, /refused the key .*Check the environment variable with the key.*\[model\/authentication\]$/],
    [404, /at http:\/\/127\.0\.0\.1:\d+ refused .*Check --base-url and the name of the model\. \[model\/request\]$/],
    [308, /at http:\/\/127\.0\.0\.1:\d+ answered with a redirect.*Write the final address as --base-url\./],
    [400, /refused the request .*Check --model, --temperature and --max-tokens/],
  ])('status %i', async (refusal, expected) => {
    status = refusal
    const { code, said } = await run(server.url)
    expect(code).toBe(1)
    expect(said.trim()).toMatch(expected)
    expect(said).not.toMatch(/baseUrl|apiKey|retried/)
    expect(said).not.toContain(key)
  })

  test('nobody there, by the address that was asked', async () => {
    const { code, said } = await run(`${gone}?token=${key}`)
    expect(code).toBe(1)
    expect(said).toContain(`The connection to openai/m at ${new URL(gone).origin} failed or was cut (ECONNREFUSED).`)
    expect(said).toContain('Check --base-url and the network, or try again. It was tried 4 times')
    expect(said).not.toContain(key)
  })
})
