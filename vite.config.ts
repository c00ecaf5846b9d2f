import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

// Local workerd asks nobody and tells nobody.
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
})

const chromium = [
  process.env.KKACHI_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
  .filter(path => path !== undefined)
  .find(path => existsSync(path))

const elsewhere = ['test/**/*.{protocol,integration,workerd,browser}.test.ts', 'test/runtimes/**']
/** What runs in every runtime: the core, from its data to its optimizers. */
const core =
  'test/{data,datasets,errors,signature,adapters,models,inference,modules,evaluation,search,optimizers,retrieval,sandbox,server,storage,testing,tools,tracing}/**/*.test.ts'

/** In the repository the package's own name means its sources. */
const sources = Object.fromEntries(
  [
    ['kkachi/sandbox/quickjs.wasm', 'sandbox/quickjs.wasm'],
    ['kkachi/wasm', 'wasm/built'],
    ['kkachi/node', 'node/index.ts'],
    ['kkachi/vite', 'node/vite/index.ts'],
    ['kkachi/worker', 'worker/index.ts'],
    ['kkachi/browser', 'browser/index.ts'],
    ...[
      'adapters',
      'datasets',
      'evaluation',
      'inference',
      'optimizers',
      'sandbox',
      'server',
      'storage',
      'testing',
      'tools',
    ].map(entry => [`kkachi/${entry}`, `src/${entry}/index.ts`]),
    ['kkachi', 'src/index.ts'],
  ].map(([name, file]) => [name, fileURLToPath(new URL(`./${file}`, import.meta.url))]),
)

/** How long a test waits for what is about to happen: a busy machine takes its time. */
const patient = { poll: { timeout: 30_000 } }
/** And how long for what it needs before and leaves behind: programs and browsers that start and end. */
const hookTimeout = 180_000

export default defineConfig({
  resolve: { alias: sources },
  envPrefix: ['VITE_', 'KKACHI_'], // what of the environment a page may read
  test: {
    ...(process.env.KKACHI_TEST_REPORT === undefined
      ? {}
      : { reporters: ['default', ['json', { outputFile: process.env.KKACHI_TEST_REPORT }]] }),
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          expect: patient,
          hookTimeout,
          include: ['test/**/*.test.ts'],
          exclude: elsewhere,
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'protocol',
          expect: patient,
          hookTimeout,
          include: ['test/**/*.protocol.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          expect: patient,
          hookTimeout,
          include: ['test/**/*.integration.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          expect: patient,
          hookTimeout,
          include: [core, 'test/**/*.workerd.test.ts'],
          exclude: ['test/**/*.{protocol,integration,browser,node}.test.ts'],
          testTimeout: 120_000,
        },
      },
      chromium === undefined
        ? { test: { name: 'chromium', include: ['test/runtimes/chromium-missing.test.ts'] } }
        : {
            // What is found only while a test runs would make Vite load its page anew.
            optimizeDeps: {
              include: [
                ...['@huggingface/jinja', '@huggingface/tokenizers'],
                ...['@modelcontextprotocol/client', 'fast-check', 'idb-keyval'],
              ],
              exclude: ['onnxruntime-web'], // its files lie beside it
            },
            test: {
              name: 'chromium',
              expect: patient,
              hookTimeout,
              include: ['test/**/*.browser.test.ts'],
              testTimeout: 120_000,
              browser: {
                enabled: true,
                headless: true,
                screenshotFailures: false,
                provider: playwright({
                  launchOptions: {
                    executablePath: chromium,
                    args: [
                      '--no-sandbox',
                      '--enable-unsafe-webgpu',
                      '--use-webgpu-adapter=swiftshader',
                      '--disable-quic',
                      '--no-first-run',
                      '--disable-background-networking',
                      '--disable-component-update',
                      '--disable-sync',
                    ],
                  },
                }),
                instances: [{ browser: 'chromium' }],
              },
            },
          },
    ],
  },
})
