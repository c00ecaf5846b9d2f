import { defineConfig } from 'tsdown'

// One build for every entry, so that they share one core. The entries of `src/` never import a Node built-in; the check
// of the bundles (`bench/`, `npm run check`) holds them to it.
/** Scripts that a source starts by its address are built files in the end. */
const builtWorkers = {
  name: 'built-workers',
  transform: (code: string) =>
    code.includes('new Worker(')
      ? { code: code.replace("new URL('./worker.ts'", "new URL('./worker.js'"), map: null } // a name of the same length
      : undefined,
}

const core =
  /\/src\/(?:(?:errors|data|signature|ports|kernels|adapters|models|modules|retrieval|storage)\/|tools\/(?!mcp-|index\.)).*(?<!\.d\.ts)$|node_modules\/(jsonrepair|eventsource-parser)\//

/** What measures and improves programs: local models and Workers that serve do without. */
const search = /\/src\/(?:evaluation|search|optimizers)\/.*(?<!\.d\.ts)$/

export default defineConfig({
  plugins: [builtWorkers],
  entry: {
    index: 'src/index.ts',
    adapters: 'src/adapters/index.ts',
    datasets: 'src/datasets/index.ts',
    evaluation: 'src/evaluation/index.ts',
    inference: 'src/inference/index.ts',
    optimizers: 'src/optimizers/index.ts',
    sandbox: 'src/sandbox/index.ts',
    server: 'src/server/index.ts',
    storage: 'src/storage/index.ts',
    testing: 'src/testing/index.ts',
    tools: 'src/tools/index.ts',
    'worker/index': 'worker/index.ts',
    'browser/index': 'browser/index.ts',
    // Found by their addresses, which bundlers of a page follow: each has to stay a file of its own, at this depth.
    'browser/worker': 'browser/inference/worker.ts',
    'browser/grammar-wasm': 'browser/inference/grammar-wasm.ts',
    'browser/nano-files': 'browser/inference/nano-files.ts',
    'browser/start-worker': 'browser/inference/start-worker.ts',
    'node/index': 'node/index.ts',
    'node/sandbox-thread': 'node/sandbox/sandbox-thread.ts',
    'node/vite/index': 'node/vite/index.ts',
    'node/cli/main': 'node/cli/main.ts',
  },
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  sourcemap: true,
  clean: true,
  tsconfig: 'tsconfig.build.json',
  // Two files for the core and what it needs, without comments: each further file costs an import about a millisecond.
  // Names stay, for errors have theirs from their class. Declarations are not of the group: with them in it, those of the
  // core were not written at all, and every type of the package was `any`.
  // Lines stay, for Node shows the line where an error was thrown that nobody caught: it was a screenful.
  minify: { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: false } },
  outputOptions: {
    comments: { legal: false, annotation: true, jsdoc: false },
    codeSplitting: {
      groups: [
        { name: 'core', test: core },
        { name: 'search', test: search },
      ],
    },
  },
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  deps: {
    alwaysBundle: ['jsonrepair', 'eventsource-parser', 'hyparquet', '@huggingface/tokenizers', '@huggingface/jinja'],
    neverBundle: [
      /^node:/,
      'fs',
      'stream',
      'util',
      /^onnxruntime-/,
      /^@modelcontextprotocol/,
      '@opentelemetry/api',
      'vite',
    ],
  },
})
