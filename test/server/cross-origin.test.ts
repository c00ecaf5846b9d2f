import { describe, expect, test } from 'vitest'
import { readOrigins } from '../../src/server/origins.ts'
import { labeler, served } from './served.ts'

const page = 'https://app.example'
const corsHeaders = ({ headers }: Response) => [...headers.keys()].filter(name => name.startsWith('access-control-'))

describe('pages of other origins', () => {
  test('2. are sent nothing unless asked for', async () => {
    const { ask, app } = served()
    for (const response of [
      await ask('/programs', { headers: { origin: page } }),
      await app.request('/programs', {
        method: 'OPTIONS',
        headers: { origin: page, 'access-control-request-method': 'GET' },
      }),
    ]) {
      expect(corsHeaders(response)).toEqual([])
    }
  })

  test.each([page, 'http://localhost:5173'])(
    '2. are let in as %s, echoed exactly, without credentials',
    async origin => {
      const { ask } = served({ allowedOrigins: [page, 'http://localhost:5173'] })
      for (const path of ['/programs', '/programs/absent', '/health']) {
        const { headers } = await ask(path, { headers: { origin, vary: 'Accept' } })
        expect(headers.get('access-control-allow-origin')).toBe(origin)
        expect(headers.get('access-control-allow-credentials')).toBeNull()
        expect(headers.get('vary')).toBe('Origin')
      }
    },
  )

  test.each([
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
    '*',
    'HTTPS://APP.EXAMPLE',
  ])('2. are not let in as %s', async origin => {
    const { ask } = served({ allowedOrigins: [page] })
    const response = await ask('/programs', { headers: { origin } })
    expect(corsHeaders(response)).toEqual([])
    expect(response.headers.get('vary')).toBe('Origin')
  })

  test('may ask first what they may do, without a key', async () => {
    const { app } = served({ allowedOrigins: [page] })
    const headers = { origin: page, 'access-control-request-method': 'PUT' }
    const response = await app.request('/programs/a', { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, PUT, POST')
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization')
    const other = await app.request('/programs/a', { method: 'OPTIONS', headers: { ...headers, origin: 'null' } })
    expect([other.status, corsHeaders(other)]).toEqual([401, []])
  })

  test('may read a stream', async () => {
    const { run, upload } = served({ allowedOrigins: [page] })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' }, stream: true }, { origin: page })
    expect(response.headers.get('access-control-allow-origin')).toBe(page)
    await response.text()
  })
})

describe('readOrigins', () => {
  test('reads origins between commas and blanks', () => {
    expect(readOrigins('https://a.example, http://localhost:5173\n')).toEqual([
      'https://a.example',
      'http://localhost:5173',
    ])
  })

  test.each(['*', 'null', 'https://*.example', 'https://a.example/', 'a.example', 'file:///x', 'https://A.example'])(
    'refuses %s',
    setting => {
      expect(() => readOrigins(setting)).toThrow(expect.objectContaining({ option: 'KKACHI_ALLOWED_ORIGINS' }))
    },
  )
})
