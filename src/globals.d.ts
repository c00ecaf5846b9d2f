// What the core may use beyond ECMAScript: the web platform's common minimum, present in Node, Workers and browsers.
// Declared by name, with only the members we use, so that nothing else compiles in `src/`.

interface EventTargetLike {
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

interface AbortSignal extends EventTargetLike {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
}
declare var AbortSignal: {
  any(signals: readonly AbortSignal[]): AbortSignal
  timeout(milliseconds: number): AbortSignal
  abort(reason?: unknown): AbortSignal
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
declare var AbortController: new () => AbortController

interface DOMException extends Error {
  readonly name: string
}
declare var DOMException: new (message?: string, name?: string) => DOMException

interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}
declare var TextEncoder: new () => TextEncoder

interface TextDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}
declare var TextDecoder: new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }) => TextDecoder

interface ReadableStreamReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value?: undefined }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
}
interface ReadableStream<T = unknown> {
  readonly locked: boolean
  getReader(): ReadableStreamReader<T>
  cancel(reason?: unknown): Promise<void>
}
interface ReadableStreamController<T> {
  enqueue(chunk: T): void
  close(): void
}
declare var ReadableStream: new <T>(source: {
  pull?(controller: ReadableStreamController<T>): Promise<void> | void
  cancel?(reason?: unknown): Promise<void> | void
}) => ReadableStream<T>

interface Headers {
  get(name: string): string | null
}

interface Response {
  readonly ok: boolean
  readonly status: number
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null
  text(): Promise<string>
}
declare var Response: new (
  body?: ReadableStream<Uint8Array<ArrayBuffer>> | string | null,
  init?: { status?: number; headers?: Record<string, string> },
) => Response

interface RequestInit {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
  redirect?: 'error' | 'follow' | 'manual'
}
declare function fetch(url: string, init?: RequestInit): Promise<Response>

interface SubtleCrypto {
  digest(algorithm: 'SHA-1' | 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
}
declare var crypto: { readonly subtle: SubtleCrypto; randomUUID(): string }

interface URL {
  readonly href: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly pathname: string
  readonly origin: string
  readonly search: string
  readonly username: string
  readonly password: string
}
declare var URL: new (url: string, base?: string | URL) => URL

interface Timeout {
  readonly '~timeout'?: never
}
declare function setTimeout(callback: () => void, milliseconds?: number): Timeout
declare function clearTimeout(timeout: Timeout | undefined): void
declare function queueMicrotask(callback: () => void): void
declare function structuredClone<T>(value: T): T
declare var performance: { now(): number }
declare function atob(text: string): string
declare function btoa(text: string): string
