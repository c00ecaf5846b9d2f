import { folderFileCache } from '../../../node/inference/folder-file-cache.ts'
import { addressFiles } from '../../../src/inference/index.ts'

// A process that brings a file: `node bringing-process.ts FOLDER ADDRESS NAME`. It says what it does, a line each.

const [, , folder = '', address = '', name = ''] = process.argv
const say = (what: string): void => {
  process.stdout.write(`${what}\n`)
}

const cache = folderFileCache(folder)
const files = addressFiles(address, {
  cache: {
    ...cache,
    async turn(key, signal) {
      say('wants its turn')
      const turn = await cache.turn?.(key, signal)
      say('has its turn')
      return turn ?? { waited: false, end: async () => {} }
    },
  },
  onCacheFailure: error => say(error.message),
})
const located = await files.locate?.(name, { onProgress: ({ loaded }) => say(`has ${loaded}`) })
say(`located ${located?.path}`)
