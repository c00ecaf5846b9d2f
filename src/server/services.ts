import type { RecentlyUsed } from '../data/recently-used.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { ProgramStore } from './program-store.ts'

/** What the server works with, made for each request from its bindings: nothing of it outlives the request. */
export interface Services {
  readonly programs: ProgramStore
  /**
   * The model that programs of this request ask; made when one runs.
   *
   * `tenant` names the caller by the digest of its key (64 hexadecimal digits), `anonymous` where the server has no keys.
   * Whatever is remembered between calls must be kept apart by it.
   */
  readonly model: (tenant: string) => LanguageModel | Promise<LanguageModel>
  /**
   * Finds the rows near an input, for programs that learned by `knnFewShot`; made when such a program runs, `tenant` as
   * above. Without one they show no rows, and who uploads them is told so.
   */
  readonly embedder?: (tenant: string) => Embedder | Promise<Embedder>
  /** Keeps the vectors of programs' rows between requests, those of no input; asked for anew each time when absent. */
  readonly vectors?: RecentlyUsed<Float32Array>
  /**
   * The bearer keys callers may have. Without any the server answers on loopback addresses only, and takes no uploads.
   */
  readonly apiKeys?: readonly string[]
  /** Origins whose pages may call, written exactly: `https://app.example`. None when absent. */
  readonly allowedOrigins?: readonly string[]
  /** Bytes the body of a request may have; 1 MiB when absent. */
  readonly maxBodyBytes?: number
  /** Milliseconds one model call may take; the model's own when absent. */
  readonly deadlineMs?: number
  /** Told of failures that are not the caller's fault. What it is given holds no key, prompt or answer. */
  readonly onFailure?: (failure: Failure) => void
}

/** What may be logged of a failure. */
export interface Failure {
  readonly requestId: string
  readonly status: number
  readonly code: string
}

/** The variables that pass through the app; `Bindings` are the platform's. */
export interface ServerEnv {
  readonly Bindings: object
  readonly Variables: {
    services: Services & { readonly maxBodyBytes: number }
    requestId: string
    tenant: string
  }
}
