/**
 * What is used of `@opentelemetry/api`: the module itself fits. Written down, so that nothing of it is imported, and typed
 * by structure, so that any version does.
 */
export interface OpenTelemetryApi<Context = unknown> {
  readonly trace: {
    getTracer(name: string, version?: string): OpenTelemetryTracer<Context>
    setSpan(context: Context, span: OpenTelemetrySpan): Context
  }
  readonly context: { active(): Context }
  readonly SpanKind: { readonly INTERNAL: number; readonly CLIENT: number }
  readonly SpanStatusCode: { readonly ERROR: number }
}

export interface OpenTelemetryTracer<Context = unknown> {
  startSpan(
    name: string,
    options: { readonly kind: number; readonly attributes: OpenTelemetryAttributes },
    context: Context,
  ): OpenTelemetrySpan
}

export interface OpenTelemetrySpan {
  setAttributes(attributes: OpenTelemetryAttributes): unknown
  setStatus(status: { readonly code: number; readonly message?: string }): unknown
  end(): void
}

export interface OpenTelemetryAttributes {
  [name: string]: string | number | boolean | string[]
}
