import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RuntimeError } from '../../src/index.ts'

/**
 * The SHA-256 over the names and contents of a folder's files, wherever the folder is. Files are read in pieces. What
 * begins with a dot and `.md` files do not count.
 *
 * @throws RuntimeError `runtime/model-files` when the folder or a file in it cannot be read
 */
export const folderDigest = async (folder: string): Promise<string> => {
  try {
    const whole = createHash('sha256')
    for (const name of await filesIn(folder)) whole.update(`${await fileDigest(join(folder, name))} ${name}\n`)
    return whole.digest('hex')
  } catch (cause) {
    const message = `The files of the model in ${folder} could not be read. Check the folder, and who may read it.`
    throw new RuntimeError('runtime/model-files', message, { cause })
  }
}

/** Paths inside the folder, with slashes, in one order everywhere. */
const filesIn = async (folder: string): Promise<readonly string[]> => {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    if (/(^|\/)\.|\.md$/.test(name)) continue
    // Asked of the file itself: on the hub's own shelves files are links.
    if ((await stat(path)).isFile()) found.push(name)
  }
  return found.sort()
}

const fileDigest = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
