import { describe, expect, test } from 'vitest'
import { readApiKeys } from '../../src/server/api-keys.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { errorCode, json, key, labeled, labeler, served } from './served.ts'

const request = { method: 'POST', headers: json, body: '{"input": {"text": "x"}}' }

describe('a server with keys', () => {
  test.each([
    ['no header', {}],
    ['an empty one', { authorization: '' }],
    ['no scheme', { authorization: key }],
    ['a lower-case scheme', { authorization: `bearer ${key}` }],
    ['another scheme', { authorization: `Basic ${key}` }],
    ['another key', { authorization: 'Bearer another' }],
    ['the beginning of a key', { authorization: `Bearer ${key.slice(0, -1)}` }],
    ['a key and more', { authorization: `Bearer ${key}x` }],
    ['a doubled header', { authorization: `Bearer ${key}, Bearer ${key}` }],
    ['a header of a megabyte', { authorization: `Bearer ${'x'.repeat(2 ** 20)}` }],
    ['two blanks', { authorization: `Bearer  ${key}` }],
  ])('5. answers 401 to %s, wherever it goes, and asks no model', async (_, headers) => {
    const model = scriptedModel([])
    const { app, upload } = served({ model })
    await upload('a', await labeler())
    const paths = [
      '/programs',
      '/programs/a',
      '/programs/absent',
      '/openapi.json',
      '/nowhere',
      '//programs',
      '/programs/%ff',
    ]
    for (const path of paths) {
      const response = await app.request(path, { headers })
      expect([path, response.status, await errorCode(response)]).toEqual([path, 401, 'request/unauthorized'])
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
    const run = await app.request('/programs/a/run', { ...request, headers: { ...json, ...headers } })
    expect(run.status).toBe(401)
    const body = await labeler('Overwritten.')
    const put = await app.request('/programs/a', { method: 'PUT', headers: { ...json, ...headers }, body })
    expect(put.status).toBe(401)
    expect(model.calls).toEqual([])
  })

  test('says that it is up to anybody', async () => {
    const { app } = served()
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' })
  })

  test('takes any of its keys, and gives each a tenant of its own', async () => {
    const tenants: string[] = []
    const model = scriptedModel(() => labeled('fine'))
    const { app, upload } = served({
      apiKeys: [key, 'second-key'],
      model: tenant => {
        tenants.push(tenant)
        return model
      },
    })
    await upload('a', await labeler())
    for (const one of [key, 'second-key', key]) {
      const headers = { ...json, authorization: `Bearer ${one}` }
      expect((await app.request('/programs/a/run', { ...request, headers })).status).toBe(200)
    }
    const [first, second, third] = tenants
    expect([first === second, first === third]).toEqual([false, true])
    expect(tenants.every(tenant => /^[0-9a-f]{64}$/.test(tenant))).toBe(true)
  })

  test('has nothing to say at other paths, by other methods', async () => {
    const { ask } = served()
    for (const [path, method] of [
      ['/', 'GET'],
      ['/programs/a', 'DELETE'],
      ['/programs/a/run', 'GET'],
      ['/health', 'POST'],
    ] as const) {
      const response = await ask(path, { method })
      expect([path, response.status, await errorCode(response)]).toEqual([path, 404, 'request/path'])
    }
  })
})

describe('a server without keys', () => {
  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '[::2]', '10.0.0.1'])(
    '1. answers 403 to the host %s, and asks no model',
    async host => {
      const model = scriptedModel([])
      const { app, programs } = served({ model, apiKeys: [] })
      await programs.put('a', await labeler())
      for (const path of ['/programs', '/openapi.json', '/programs/a']) {
        const response = await app.request(`http://${host}:8787${path}`)
        expect([response.status, await errorCode(response)]).toEqual([403, 'request/host'])
      }
      expect((await app.request(`http://${host}:8787/programs/a/run`, request)).status).toBe(403)
      expect(model.calls).toEqual([])
    },
  )

  test.each(['localhost', '127.0.0.1', '[::1]'])('runs programs for %s and takes no uploads', async host => {
    const { app, programs } = served({ apiKeys: [] })
    await programs.put('a', await labeler())
    expect((await app.request(`http://${host}:8787/programs/a/run`, request)).status).toBe(200)
    const put = { method: 'PUT', headers: json, body: await labeler('New.') }
    const response = await app.request(`http://${host}:8787/programs/a`, put)
    expect([response.status, await response.text()]).toEqual([401, expect.stringContaining('KKACHI_API_KEYS')])
  })
})

describe('readApiKeys', () => {
  test('reads keys between commas and blanks', () => {
    expect(readApiKeys(' one,two\n three ,')).toEqual(['one', 'two', 'three'])
    expect(readApiKeys('')).toEqual([])
  })

  test('refuses a key that could never be sent, without quoting it', () => {
    expect(() => readApiKeys('fine,SECRÉT')).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
    expect(() => readApiKeys('fine,SECRÉT')).not.toThrow(/SECR/)
  })
})
