import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '../../src/index.ts'

/** The text of a file that an option names; a ConfigurationError that names both where it cannot be read. */
export const textOfFile = async (file: string, option: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError(
      'configuration/missing',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. Check the path.`,
      { option, cause: error },
    )
  }
}
