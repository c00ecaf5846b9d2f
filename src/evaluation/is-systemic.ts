import { KkachiError } from '../errors/kkachi-error.ts'

/** What goes wrong for every example alike: going on would only spend more. */
const systemic = ['configuration/', 'signature/', 'data/', 'program-file/', 'budget/', 'runtime/'] as const
const systemicCodes: ReadonlySet<string> = new Set(['model/authentication', 'model/script'])

/**
 * Whether an error ends an evaluation instead of counting as the failure of one example: an abort, a wrong setting, a
 * missing label, a refused key, a spent budget, a local model that cannot run.
 */
export const isSystemic = (error: unknown): boolean =>
  KkachiError.is(error)
    ? systemicCodes.has(error.code) || systemic.some(family => error.code.startsWith(family))
    : error instanceof Error && error.name === 'AbortError'
