import type { MiddlewareHandler } from 'hono'
import { bearerToken, tenantOf } from './api-keys.ts'
import { refusal } from './refusal.ts'
import type { ServerEnv } from './services.ts'

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Lets in who has one of the server's keys, and names the tenant.
 *
 * A server without keys is one somebody tries at home: it answers when it is called by a loopback name (so a page that
 * rebinds its own name to this machine does not get in), and changes nothing.
 */
export const authorization: MiddlewareHandler<ServerEnv> = async (context, next) => {
  const { apiKeys = [] } = context.var.services
  if (apiKeys.length > 0) {
    const token = bearerToken(context.req.header('authorization'))
    const tenant = token === undefined ? undefined : await tenantOf(token, apiKeys)
    if (tenant === undefined) throw unauthorized('Send one of the keys of this server: Authorization: Bearer KEY.')
    context.set('tenant', tenant)
  } else {
    if (!loopback.has(hostOf(context.req.url))) {
      const message = 'This server has no keys, so it answers on localhost only. Set KKACHI_API_KEYS.'
      throw refusal(403, 'request/host', message)
    }
    if (!['GET', 'HEAD', 'POST'].includes(context.req.method)) {
      throw unauthorized('This server has no keys, so it takes no uploads. Set KKACHI_API_KEYS.')
    }
    context.set('tenant', 'anonymous')
  }
  await next()
}

const hostOf = (url: string): string => {
  try {
    return new URL(url).hostname
  } catch {
    return ''
  }
}

const unauthorized = (message: string) =>
  refusal(401, 'request/unauthorized', message, { 'www-authenticate': 'Bearer' })
