/** What the tests see of the bindings in wrangler.toml. */
declare module 'cloudflare:workers' {
  export const env: { readonly KKACHI: import('../../worker/storage/kv-namespace.ts').KvNamespace }
}
