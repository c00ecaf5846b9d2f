import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../../../node/cli/main.ts'
import { testTerminal } from '../test-terminal.ts'

const key = 'Zq7vR2x9KpW4mT8s'
let connections = 0
const server = createServer((_, response) => response.end('{"data": []}')).on('connection', () => {
  connections += 1
})
let url = ''

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const doctor = async (...flags: readonly string[]) => {
  const terminal = testTerminal({ environment: { PATH: process.env.PATH, OPENAI_API_KEY: key } })
  const code = await main(['doctor', ...flags], terminal, new AbortController().signal)
  return { code, out: terminal.stdout(), said: terminal.stderr(), lines: terminal.lines }
}

describe('kkachi doctor', () => {
  test('finds that the embedded model runs here, and says why it would be used', async () => {
    const ended = await doctor('--json')
    expect({ code: ended.code, said: ended.said }).toEqual({ code: 0, said: '' })
    const result = ended.lines().at(-1)
    expect(result).toMatchObject({
      ...{ type: 'result', ok: true, lacking: [] },
      use: { model: 'local/nano', device: 'cpu', why: expect.stringContaining('the default') },
    })
    const found = Object.fromEntries(ended.lines().map(({ name, ...rest }) => [String(name), rest]))
    expect(found).toMatchObject({
      node: { state: 'ok' },
      kkachi: { state: 'ok', found: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      'onnxruntime-node': { state: 'ok', found: expect.stringContaining('cpu') },
      'local/nano': { state: 'ok', found: expect.stringMatching(/^loads and answers in \d+ ms$/) },
      OPENAI_API_KEY: { state: 'ok', found: 'set' },
    })
    expect(ended.out).not.toContain(key.slice(0, 4))
  })

  test('opens no connection unless it is asked to', async () => {
    const model = ['--model', 'openai/pupil', '--base-url', url]
    const before = connections
    expect((await doctor(...model)).out).toContain(`${url}, not asked`)
    expect(connections).toBe(before)
    expect((await doctor(...model, '--online')).out).toContain(`${url} answers`)
    expect(connections).toBe(before + 1)
  })

  test('ends with 1 and the command that mends it where something needed is missing', async () => {
    const ended = await doctor('--model', 'anthropic/pupil')
    expect(ended).toMatchObject({ code: 1, out: expect.stringMatching(/It lacks ANTHROPIC_API_KEY\.\n$/) })
    expect(ended.out).toMatch(/mend it by +export ANTHROPIC_API_KEY=…/)
  })

  test.each([
    ['a provider nobody knows', ['--model', 'acme/large'], /Expected a model like openai\/gpt-4o-mini/],
    ['a folder without a model', ['--model', 'local/./none'], /Expected a folder with a config\.json, or a repository/],
    ['an address that is none', ['--model', 'openai/x', '--base-url', 'not a url'], /Write --base-url/],
    ['a flag it does not have', ['--data', 'x'], /The flags are: --model, --base-url, --cache, --online/],
  ])('refuses %s with exit code 2', async (_, flags, message) => {
    const ended = await doctor(...flags)
    expect({ code: ended.code, said: ended.said, out: ended.out }).toEqual({
      ...{ code: 2, said: expect.stringMatching(message), out: '' },
    })
  })
})
