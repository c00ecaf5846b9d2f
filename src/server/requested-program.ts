import type { Context } from 'hono'
import { programName } from './program-name.ts'
import type { ServedProgram } from './program-store.ts'
import { refusal } from './refusal.ts'
import type { ServerEnv } from './services.ts'

/** The program that the path of a request names, as it is now: the request sees this version and no other. */
export const requestedProgram = async (context: Context<ServerEnv>): Promise<ServedProgram> => {
  const name = programName(context.req.param('name') ?? '')
  const found = await context.var.services.programs.get(name, { signal: context.req.raw.signal })
  if (found === undefined) throw refusal(404, 'program/unknown', `There is no program called ${name}. See /programs.`)
  return found
}
