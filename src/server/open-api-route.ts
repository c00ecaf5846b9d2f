import type { Context } from 'hono'
import { openApi } from './open-api.ts'
import type { ServerEnv } from './services.ts'

/** Describes the server and the programs it has. */
export const openApiRoute = async (context: Context<ServerEnv>): Promise<Response> => {
  const { programs } = await context.var.services.programs.list({ signal: context.req.raw.signal })
  return context.json(openApi(programs))
}
