#!/usr/bin/env node
// In the repository the sources run as they are (Node 22.18 or newer strips types); installed, the build does.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// What V8 compiles is kept for the next start, where this Node can (22.1); NODE_DISABLE_COMPILE_CACHE=1 forbids it. Among
// the user's own files: in a folder of all users somebody else could leave code there.
module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kkachi', 'compiled'))

const source = new URL('../node/cli/main.ts', import.meta.url)
const built = new URL('../dist/node/cli/main.js', import.meta.url)
const stripsTypes = process.features.typescript !== undefined && process.features.typescript !== false

if (stripsTypes && existsSync(source)) await (await import(source.href)).mainOfProcess()
else if (existsSync(built)) await (await import(built.href)).mainOfProcess()
else {
  console.error('kkachi: run `npm run build` first, or use Node 22.18 or newer.')
  process.exitCode = 1
}
