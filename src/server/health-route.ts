import type { Context } from 'hono'

/** Says that the server is up and its settings could be read. */
export const healthRoute = (context: Context): Response => context.json({ status: 'ok' })
