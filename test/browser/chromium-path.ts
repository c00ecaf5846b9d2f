import { existsSync } from 'node:fs'

/** The Chromium of this machine; undefined where there is none. */
export const chromiumPath: string | undefined = [
  process.env.KKACHI_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(path => path !== undefined && existsSync(path))

/** What keeps it quiet: it asks nobody but the page. */
export const quietFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
