import type { Context } from 'hono'
import { usageLedger } from '../data/usage-ledger.ts'
import { eventStream } from '../modules/event-stream.ts'
import type { Context as RunContext } from '../ports/context.ts'
import { jsonBody } from './json-body.ts'
import { reportFailure } from './report-failure.ts'
import { requestedProgram } from './requested-program.ts'
import { runEvents, runResult } from './run-events.ts'
import { runRequest, tellingOf } from './run-request.ts'
import type { ServerEnv } from './services.ts'
import { withNeighbors } from './with-neighbors.ts'

/** Runs a program: a JSON answer, or its events as they happen. When the caller goes, so does what is in flight. */
export const runRoute = async (context: Context<ServerEnv>): Promise<Response> => {
  const { services, tenant } = context.var
  const { value } = await jsonBody(context.req.raw, services.maxBodyBytes)
  const { input, stream } = runRequest(value)
  const streams = stream || acceptsEvents(context.req.header('accept'))
  const telling = tellingOf(context.req.query('events'), streams)
  const { program: served, adapter, version } = await requestedProgram(context)
  const leaving = new AbortController()
  const signal = AbortSignal.any([context.req.raw.signal, leaving.signal])
  const usage = usageLedger()
  const program = await withNeighbors(served, services, { tenant, usage })
  const run: RunContext = {
    model: await services.model(tenant),
    adapter,
    usage,
    signal,
    ...(services.deadlineMs === undefined ? {} : { deadlineMs: services.deadlineMs }),
  }
  if (!streams) {
    const prediction = await program.run(input, run)
    return context.json(runResult(prediction, usage.total, version))
  }
  const onFailure = (error: unknown): void => {
    // Nobody is there to be told, and nothing failed.
    if (!signal.aborted) reportFailure(context.var, error)
  }
  const events = await runEvents(program.stream(input, run), version, onFailure, telling)
  return eventStream(events, {
    leave: () => leaving.abort(new DOMException('The caller has gone.', 'AbortError')),
    silenceMs: 5000,
  })
}

const acceptsEvents = (accept: string | undefined): boolean =>
  accept?.split(',').some(type => type.split(';')[0]?.trim().toLowerCase() === 'text/event-stream') ?? false
