/**
 * What the built page may do: load from its own origin, and nothing else. `wasm-unsafe-eval` lets it compile WebAssembly;
 * it allows no evaluation of text.
 */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
