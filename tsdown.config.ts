import { defineConfig } from 'tsdown'

// One build for every entry, so that they share one core. The entries of `src/` never import a Node built-in; the check
// of the bundles (`bench/`, `npm run check`) holds them to it.
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    adapters: 'src/adapters/index.ts',
    evaluation: 'src/evaluation/index.ts',
    inference: 'src/inference/index.ts',
    optimizers: 'src/optimizers/index.ts',
    server: 'src/server/index.ts',
    storage: 'src/storage/index.ts',
    testing: 'src/testing/index.ts',
    'worker/index': 'worker/index.ts',
    'browser/index': 'browser/index.ts',
    'node/index': 'node/index.ts',
    'node/cli/main': 'node/cli/main.ts',
  },
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  sourcemap: true,
  clean: true,
  tsconfig: 'tsconfig.build.json',
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  deps: { neverBundle: [/^node:/, 'stream', 'util', '@huggingface/transformers'] },
})
