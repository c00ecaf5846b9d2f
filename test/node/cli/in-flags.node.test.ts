import { describe, expect, test } from 'vitest'
import { inFlags } from '../../../node/cli/in-flags.ts'
import { main } from '../../../node/cli/main.ts'
import { remedies } from '../../../src/models/index.ts'
import { testTerminal } from './test-terminal.ts'

/** Words of those who write code. */
const code = /baseUrl|apiKey|deadlineMs|maxResponseBytes|retried\(|headers:|options of the request/

describe('what to do about a failure, said in flags', () => {
  test.each(Object.entries(remedies))('%s has no word of code in it', (_, remedy) => {
    expect(remedy).toMatch(/\w/)
    expect(inFlags(remedy)).not.toMatch(code)
    expect(inFlags(`All 4 failed: ${remedy} It was tried twice.`)).toMatch(/^All 4 failed: .* It was tried twice\.$/)
  })

  test('leaves what it does not know', () => {
    expect(inFlags('train.jsonl cannot be read.')).toBe('train.jsonl cannot be read.')
  })

  const key = 'sk-Zq7vR2x9 KpW4mT8s\n'
  test.each<[string, Readonly<Record<string, string>>, string | undefined, RegExp]>([
    ['an address that is none', {}, 'models.example', /Write --base-url https:/],
    ['an address of another kind', {}, 'ftp://models.example', /got ftp:\. Write --base-url/],
    ['an address with a password', {}, 'https://me:secret@models.example', /user name or password.*Leave it out/],
    ['a variable that is no address', { OPENAI_BASE_URL: 'nowhere' }, undefined, /OPENAI_BASE_URL/],
    [
      'a key that cannot be sent',
      { OPENAI_API_KEY: key },
      undefined,
      /Expected the key to be .*Check the environment variable with the key, and trim it/,
    ],
    ['no key', {}, undefined, /Set the environment variable OPENAI_API_KEY/],
    ['an empty key', { OPENAI_API_KEY: '' }, undefined, /Set the environment variable OPENAI_API_KEY/],
  ])('%s is told without a word of code and without a secret', async (_, environment, address, expected) => {
    const terminal = testTerminal({ environment })
    const given = ['--signature', 'text -> label', '--input', '{"text": "a"}', '--model', 'openai/m']
    const flags = address === undefined ? given : [...given, '--base-url', address]
    expect(await main(['run', ...flags], terminal, new AbortController().signal)).toBe(2)
    expect(terminal.stderr()).toMatch(expected)
    expect(terminal.stderr()).not.toMatch(code)
    expect(terminal.stderr()).not.toMatch(/secret|Zq7v|KpW4/)
  })

  test('a key of Claude that cannot be sent is called the key', async () => {
    const terminal = testTerminal({ environment: { ANTHROPIC_API_KEY: key } })
    const flags = ['--signature', 'text -> label', '--input', '{"text": "a"}', '--model', 'anthropic/m']
    expect(await main(['run', ...flags], terminal, new AbortController().signal)).toBe(2)
    expect(terminal.stderr()).toMatch(/^kkachi: Expected the key to be printable/)
  })
})
