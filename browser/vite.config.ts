import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { contentSecurityPolicy } from './content-security-policy.ts'

// The page of `npm run dev:browser` and `npm run build:browser`: static files for any server, wherever they lie.

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Writes the policy into the built page; the development server needs inline styles. */
const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
}

export default defineConfig({
  root: here('page'),
  base: './',
  publicDir: false,
  plugins: [policy],
  resolve: {
    alias: [
      { find: 'sentiment-data', replacement: here('../examples/data/sentiment') },
      // The page computes on WebAssembly: what drives a GPU would lie there unused, 27 MB of it.
      {
        find: 'onnxruntime-web/webgpu',
        replacement: here('../node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs'),
      },
    ],
  },
  worker: { format: 'es' },
  // Bundled in advance its files would not be found beside it.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    outDir: here('page/dist'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0, // no data: addresses, which the policy forbids
    modulePreload: { polyfill: false },
  },
  server: { fs: { allow: [here('..')] } },
  preview: { headers: { 'Content-Security-Policy': `${contentSecurityPolicy}; frame-ancestors 'none'` } },
})
