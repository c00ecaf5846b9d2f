import { Hono } from 'hono'
import { signatureText } from '../signature/signature-text.ts'
import { jsonBody } from './json-body.ts'
import { partsWithoutEffect } from './parts-without-effect.ts'
import { programName } from './program-name.ts'
import type { ServedProgram } from './program-store.ts'
import { refusal } from './refusal.ts'
import { requestedProgram } from './requested-program.ts'
import { runRoute } from './run-route.ts'
import type { ServerEnv } from './services.ts'
import { hasNeighbors } from './with-neighbors.ts'

/** The programs: which there are, their files, and running them. */
export const programRoutes = (): Hono<ServerEnv> =>
  new Hono<ServerEnv>()
    .get('/', async context => {
      const after = context.req.query('after')
      const { programs, unreadable, next } = await context.var.services.programs.list({
        signal: context.req.raw.signal,
        ...(after === undefined ? {} : { after }),
      })
      return context.json({
        programs: programs.map(summary),
        ...(unreadable.length === 0 ? {} : { unreadable }),
        ...(next === undefined ? {} : { next }),
      })
    })
    .get('/:name', async context => {
      const { file, version } = await requestedProgram(context)
      const headers = { etag: `"${version}"`, 'cache-control': 'private, no-cache' }
      const known =
        context.req
          .header('if-none-match')
          ?.split(',')
          .map(tag => tag.trim().replace(/^W\//, '')) ?? []
      if (known.includes('*') || known.includes(headers.etag)) return context.body(null, 304, headers)
      return context.body(file, 200, { ...headers, 'content-type': 'application/json' })
    })
    .put('/:name', async context => {
      const { services } = context.var
      const name = programName(context.req.param('name'))
      if (context.req.header('if-match') ?? context.req.header('if-none-match')) {
        const message = 'The store cannot compare before it writes. Upload without If-Match and If-None-Match.'
        throw refusal(501, 'request/condition', message)
      }
      const { text, value } = await jsonBody(context.req.raw, services.maxBodyBytes)
      const signature = context.req.query('signature')
      const uploaded = await services.programs.put(name, text, {
        signal: context.req.raw.signal,
        ...(signature === undefined ? {} : { signature }),
      })
      const isAlone = hasNeighbors(uploaded.program) && services.embedder === undefined
      const withoutEffect = partsWithoutEffect(value, { rows: hasNeighbors(uploaded.program) && !isAlone })
      context.header('etag', `"${uploaded.version}"`)
      return context.json({
        ...summary(uploaded),
        ...(withoutEffect.length === 0 ? {} : { withoutEffect }),
        ...(isAlone ? { advice } : {}),
      })
    })
    .post('/:name/run', runRoute)

const advice =
  'The program shows rows near its input, and this server has no embedder to find them: it runs without them. Give the server one (KKACHI_EMBEDDER of the Worker, `embedder` of createApp), that which the program learned with.'

const summary = ({ name, version, program }: ServedProgram) => ({
  name,
  version,
  module: program.kind,
  signature: signatureText(program.signature) ?? null,
})
