import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

/** The Worker as one module, as it is deployed. */
export const bundledWorker = async (): Promise<string> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'webworker' },
    build: { ssr: fileURLToPath(new URL('../../worker/main.ts', import.meta.url)), write: false, minify: true },
  })
  const { output } = built as Rolldown.RolldownOutput
  const [entry, ...others] = output
  if (others.length > 0) throw new Error(`The Worker is ${output.length} files. Expected one.`)
  return entry.code
}
