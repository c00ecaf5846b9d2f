import { readFile } from 'node:fs/promises'
import { type Adapter, ConfigurationError, chat, compact, frozen, json, xml } from '../../src/index.ts'
import { choice, type Flags, text, texts } from './flags.ts'

/** The prompt formats that a flag may name. */
export const adapters: readonly Adapter[] = [chat, json, xml, compact, frozen]

/**
 * The prompt format that --adapter names, else the one that the program file was made for, else chat.
 *
 * @throws ConfigurationError for a name that is none of them, and for two program files of different formats
 */
export const adapterFromFlags = async (flags: Flags): Promise<Adapter> => {
  const names = adapters.map(({ name }) => name)
  const given = choice(flags, 'adapter', names)
  if (given !== undefined) return named(given)
  const files = ['program', 'state'].flatMap(flag => [text(flags, flag) ?? [], texts(flags, flag)].flat())
  const made = new Set(await Promise.all(files.filter(file => file.endsWith('.json')).map(adapterInFile)))
  const [name = chat.name, other] = made
  if (other === undefined && names.includes(name)) return named(name)
  throw new ConfigurationError(
    'configuration/invalid',
    other === undefined
      ? `The program was made for the prompt format ${name}, which is none of ${names.join(', ')}. Write --adapter.`
      : `The programs were made for the prompt formats ${[...made].join(' and ')}. Write --adapter for both.`,
    { option: 'adapter' },
  )
}

type SavedName = { readonly metadata?: { readonly kkachi?: { readonly adapter?: unknown } } } | null

const named = (wanted: string): Adapter => adapters.find(({ name }) => name === wanted) ?? chat

/** What a program file says it was made for; what is wrong with the file is for the reader of programs to say. */
const adapterInFile = async (file: string): Promise<string> => {
  try {
    const saved: SavedName = JSON.parse(await readFile(file, 'utf8'))
    const name = saved?.metadata?.kkachi?.adapter
    return typeof name === 'string' ? name : chat.name
  } catch {
    return chat.name
  }
}
