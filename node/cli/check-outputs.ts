import { resolve } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'
import { type Flags, text, texts } from './flags.ts'

/** Flags that name what is written. */
const written = ['out', 'report', 'save', 'trace', 'log']
/** Flags that name data that is read: it was labeled by hand, and nobody has it twice. */
const read = ['train', 'dev', 'test', 'data', 'corrections', 'failures', 'try-instructions']

/**
 * Refuses to write over data that is read, and two things into one file. A program may be written over the one it was made
 * from.
 *
 * @throws ConfigurationError `configuration/invalid`
 */
export const checkOutputs = (flags: Flags): void => {
  const files = new Map(read.flatMap(name => pathsOf(flags, name).map(path => [path, name])))
  for (const name of written) {
    for (const path of pathsOf(flags, name)) {
      const other = files.get(path)
      if (other !== undefined) {
        throw new ConfigurationError(
          'configuration/invalid',
          `${text(flags, name)} would be written over: it is the file of --${other}. Choose another --${name}.`,
          { option: name },
        )
      }
      files.set(path, name)
    }
  }
}

/** The files of a flag; words that stand for something else are none. */
const pathsOf = (flags: Flags, name: string): readonly string[] =>
  [text(flags, name), ...texts(flags, name)]
    .filter(value => value !== undefined && value !== '' && value !== '-' && value !== 'off')
    .map(value => resolve(String(value)))
