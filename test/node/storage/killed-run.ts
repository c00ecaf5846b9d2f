import { appendFileSync, type PathLike } from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { relative } from 'node:path'

// A run that is killed at one of its writes: `node killed-run.ts FOLDER LOG MOMENT`. Every call that can change something
// on the disk is a moment; a write of content is two, for it can also stop in the middle. Moment 0 is never reached.

const [, , folder = '', log = '', moment = '0'] = process.argv

/** Into another folder than the store's, and by a way that is not watched. */
const note = (...words: readonly string[]): void => appendFileSync(log, `${words.join(' ')}\n`)

let moments = 0
const isOver = (what: string): boolean => {
  moments += 1
  note('moment', what)
  return moments === Number(moment)
}
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('still alive')
}
const at = (path: unknown): string => relative(folder, String(path)).split('/')[0] ?? ''

/** The calls of `node:fs/promises` by name: replaced before the sources import them. */
const calls = promises as unknown as Record<string, (...given: readonly unknown[]) => Promise<unknown>>

for (const name of ['mkdir', 'rename', 'link', 'rm'] as const) {
  const call = calls[name]
  calls[name] = async (...given) => {
    if (isOver(`${name}:${at(given[0])}`)) die()
    return call?.(...given)
  }
}

const half = (content: string | Uint8Array): string | Uint8Array => content.slice(0, content.length >> 1)

const { writeFile, open } = { writeFile: promises.writeFile, open: promises.open }
calls.writeFile = async (path, content, ...more) => {
  if (isOver('writeFile')) die()
  if (isOver('half:writeFile')) {
    await writeFile(path as PathLike, half(content as string))
    die()
  }
  return writeFile(path as PathLike, content as string, ...(more as []))
}
calls.open = async (path, flags, ...more) => {
  const writes = flags !== undefined && flags !== 'r'
  if (writes && isOver('open')) die()
  const file = await open(path as PathLike, flags as string, ...(more as []))
  if (!writes) return file
  const write = file.writeFile.bind(file)
  const close = file.close.bind(file)
  const sync = file.sync.bind(file)
  return Object.assign(file, {
    writeFile: async (content: Uint8Array) => {
      if (isOver('file.writeFile')) die()
      if (isOver('half:file.writeFile')) {
        await write(half(content))
        die()
      }
      return write(content)
    },
    sync: async () => {
      if (isOver('file.sync')) die()
      return sync()
    },
    close: async () => {
      if (isOver('file.close')) die()
      return close()
    },
  })
}
syncBuiltinESMExports()

const { journaledRun } = await import('./journaled-run.ts')
await journaledRun(folder, note)
