import { readFile } from 'node:fs/promises'
import {
  type Adapter,
  ConfigurationError,
  chat,
  compact,
  frozen,
  json,
  type LanguageModel,
  twoStep,
  xml,
} from '../../src/index.ts'
import { modelFromName } from '../models/model-from-name.ts'
import { baseUrlOf } from './base-url-of.ts'
import { choice, type Flags, text, texts } from './flags.ts'

/** The prompt formats that a flag may name. */
export const adapters: readonly Adapter[] = [chat, json, xml, compact, frozen]

/** The format in which a second model reads the answers: who runs a program names that model, never its file. */
const withExtractor = 'two-step'

/** What the second model of `two-step` is made with. */
export interface ExtractorOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** How its answers are kept; not when absent. */
  readonly kept?: (model: LanguageModel) => LanguageModel
}

/**
 * The prompt format that --adapter names, else the one that the program file was made for, else chat.
 *
 * @throws ConfigurationError for a name that is none of them, for two program files of different formats, and for a
 * --extractor that is missing or has nothing to read
 */
export const adapterFromFlags = async (flags: Flags, options: ExtractorOptions = {}): Promise<Adapter> => {
  const name = await formatName(flags)
  if (name === withExtractor) return twoStep({ extractor: extractorFromFlags(flags, options) })
  if (text(flags, 'extractor') === undefined) return named(name)
  throw new ConfigurationError(
    'configuration/invalid',
    `--extractor names the second model of the format two-step, and the format is ${name}. Write --adapter two-step, or leave it out.`,
    { option: 'extractor' },
  )
}

const extractorFromFlags = (flags: Flags, { environment = {}, kept = model => model }: ExtractorOptions) => {
  const name = text(flags, 'extractor')
  if (name === undefined) {
    throw new ConfigurationError(
      'configuration/missing',
      'The prompt format two-step has a second model read the answers, which no program file names. Write --extractor openai/gpt-5-nano, or another --adapter.',
      { option: 'extractor' },
    )
  }
  const baseUrl = baseUrlOf(name, flags)
  return kept(modelFromName(name, { environment, ...(baseUrl !== undefined && { baseUrl }) }))
}

const formatName = async (flags: Flags): Promise<string> => {
  const names = [...adapters.map(({ name }) => name), withExtractor]
  const given = choice(flags, 'adapter', names)
  if (given !== undefined) return given
  const files = ['program', 'state'].flatMap(flag => [text(flags, flag) ?? [], texts(flags, flag)].flat())
  const made = new Set(await Promise.all(files.filter(file => file.endsWith('.json')).map(adapterInFile)))
  const [name = chat.name, other] = made
  if (other === undefined && names.includes(name)) return name
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
