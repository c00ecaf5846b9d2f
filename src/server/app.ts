import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { authorization } from './authorization.ts'
import { crossOrigin } from './cross-origin.ts'
import { healthRoute } from './health-route.ts'
import { openApiRoute } from './open-api-route.ts'
import { programRoutes } from './program-routes.ts'
import { refusal } from './refusal.ts'
import { reportFailure } from './report-failure.ts'
import type { ServerEnv, Services } from './services.ts'

/**
 * The server of programs, for Workers, Node, or any host that speaks `fetch`.
 *
 * `servicesOf` is called once a request with the platform's bindings, so that nothing of one request's is there for the
 * next but what its services share on purpose.
 *
 * 1. Who may call is decided before anything is looked up: see `authorization`. `GET /health` is open to all.
 * 2. Errors are OpenAI's error objects; they hold no key, prompt, answer or stack.
 * 3. A request sees one version of a program, whatever is uploaded meanwhile.
 *
 * @example
 * const app = createApp(() => ({ programs: programStore(memoryStorage()), model: () => model, apiKeys: [key] }))
 * const response = await app.request('/programs')
 */
export const createApp = <Bindings extends object>(
  servicesOf: (bindings: Bindings) => Services,
): Hono<ServerEnv & { Bindings: Bindings }> =>
  new Hono<ServerEnv & { Bindings: Bindings }>()
    .use(async (context, next) => {
      context.set('requestId', crypto.randomUUID())
      await next()
      const { headers } = context.res
      headers.set('x-request-id', context.var.requestId)
      headers.set('x-content-type-options', 'nosniff')
      if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    })
    .use(async (context, next) => {
      context.set('services', { maxBodyBytes: 2 ** 20, ...servicesOf(context.env) })
      await next()
    })
    .use(crossOrigin)
    .get('/health', healthRoute)
    .use(authorization)
    .route('/programs', programRoutes())
    .get('/openapi.json', openApiRoute)
    .notFound(() => {
      const message = 'There is nothing of that method at that path. See /openapi.json.'
      return refusal(404, 'request/path', message).getResponse()
    })
    .onError((error, context) => {
      if (error instanceof HTTPException) return error.getResponse()
      // Nobody reads the answer any more: it is no failure.
      if (context.req.raw.signal.aborted) return new Response(null, { status: 499 })
      const { status, body, headers } = reportFailure(context.var, error)
      return context.json(body, status, { ...headers })
    })
