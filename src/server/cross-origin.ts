import type { MiddlewareHandler } from 'hono'
import type { ServerEnv } from './services.ts'

/**
 * Lets the pages of the allowed origins call. An origin is echoed exactly, never a pattern and never credentials, and
 * `Vary: Origin` keeps caches from giving one origin's answer to another. Without allowed origins nothing is sent.
 */
export const crossOrigin: MiddlewareHandler<ServerEnv> = async (context, next) => {
  const { allowedOrigins = [] } = context.var.services
  if (allowedOrigins.length === 0) return next()
  const origin = context.req.header('origin')
  const allowed = origin !== undefined && allowedOrigins.includes(origin) ? origin : undefined
  const asksFirst = context.req.method === 'OPTIONS' && context.req.header('access-control-request-method')
  if (allowed !== undefined && asksFirst) context.res = new Response(null, { status: 204, headers: permissions })
  else await next()
  const { headers } = context.res
  headers.append('vary', 'Origin')
  if (allowed === undefined) return
  headers.set('access-control-allow-origin', allowed)
  headers.set('access-control-expose-headers', 'ETag, Retry-After, X-Request-Id')
}

const permissions = {
  'access-control-allow-methods': 'GET, PUT, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, Accept, If-None-Match',
  'access-control-max-age': '600',
}
