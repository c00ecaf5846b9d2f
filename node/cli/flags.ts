import { parseArgs } from 'node:util'
import { ConfigurationError } from '../../src/index.ts'

/** What a flag is for, as the help says it; `value` names its argument, absent for a switch. */
export interface Flag {
  readonly value?: string
  /** Whether it may be given more than once; `texts` reads it. */
  readonly repeatable?: boolean
  readonly help: string
}

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Flags of every command that asks a model. */
export const modelFlags = {
  model: {
    value: 'PROVIDER/NAME',
    help: 'openai/…, anthropic/…, ollama/…, llamacpp/…, local/nano, local/FOLDER-or-hub-id; local/nano when absent',
  },
  'base-url': { value: 'URL', help: 'where the provider is asked; for openai/… any compatible server' },
  concurrency: { value: 'N', help: 'examples at once; 8 when absent' },
  cache: { value: 'DIR|off', help: 'where answers are kept between runs; in memory only when absent' },
  temperature: { value: 'T', help: 'from 0 to 2' },
  'max-tokens': { value: 'N', help: 'of one answer' },
  price: { value: 'IN/OUT', help: 'US dollars per million tokens; from our dated list when absent' },
  adapter: {
    value: 'FORMAT',
    help: "chat, json, xml, compact, frozen or two-step; the program file's when absent, else chat",
  },
  extractor: {
    value: 'PROVIDER/NAME',
    help: 'who reads the answers in the format two-step; its calls count and cost as those of --model',
  },
} as const

/** Flags that say what is logged; nothing without them. */
export const logFlags = {
  log: { value: 'FILE|-', help: 'a line of JSON for each thing that ran, added to FILE, or - for standard error' },
  'log-level': { value: 'L', help: 'error, warn, info or debug; info when absent' },
  'log-content': { help: 'with prompts, answers and inputs; keys are taken out all the same' },
} as const

/** The flag for programs that show demos near their input. */
export const embedderFlags = {
  embedder: {
    value: 'E',
    help: 'what finds the demos of knn-few-shot: lexical, openai/NAME, local/FOLDER-or-hub-id; lexical when absent',
  },
} as const

/** The flag for a trace of what ran. */
export const traceFlags = {
  trace: {
    value: 'FILE|-',
    help: 'what ran, as a tree: a page (FILE.html), data (FILE.json) or text; - for standard error',
  },
} as const

/** Flags that say which program. */
export const programFlags = {
  program: { value: 'FILE', help: 'a program file, or a module ./program.ts with --state' },
  state: { value: 'FILE', help: 'what a --program module has learned' },
  signature: { value: 'S', help: 'like "text -> label"; also the types of a plain DSPy file' },
  instructions: { value: 'T', help: 'with --signature: what the task is' },
  module: { value: 'M', help: 'with --signature: predict or chain-of-thought; predict when absent' },
  ...embedderFlags,
} as const

export const commonFlags = {
  json: { help: 'one JSON object a line on standard output, the last of type result' },
  help: { help: 'this text' },
} as const

/**
 * Reads the flags of a command; `argument` is the one that a word without a flag stands for.
 *
 * @throws ConfigurationError `configuration/invalid` for an unknown flag or one without its value
 */
export const readFlags = (args: readonly string[], known: Readonly<Record<string, Flag>>, argument?: string): Flags => {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, repeatable = false }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple: repeatable } as const,
    ]),
  )
  const given = args.map(arg => (arg === '-h' ? '--help' : arg))
  try {
    const read = parseArgs({ args: given, options, strict: true, allowPositionals: argument !== undefined })
    const [word, more] = read.positionals
    const values = read.values as Flags
    if (argument === undefined || word === undefined) return values
    if (more === undefined && values[argument] === undefined) return { ...values, [argument]: word }
    throw new TypeError(`Unexpected argument '${more ?? word}'`)
  } catch (error) {
    const lacking = /'(?:-\w, )?--([\w-]+)(?: <value>)?' argument (missing|is ambiguous)/.exec(String(error))
    const [, name = '', kind] = lacking ?? []
    if (lacking !== null) {
      const value = known[name]?.value ?? 'VALUE'
      throw new ConfigurationError(
        'configuration/invalid',
        kind === 'missing'
          ? `Expected a value after --${name}. Write --${name} ${value}.`
          : `Expected a value after --${name}, got what looks like a flag. Write --${name}=${value} for a value that begins with -.`,
        { option: name, cause: error },
      )
    }
    const reason = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? error.message) : String(error)
    throw new ConfigurationError('configuration/invalid', `${reason}. The flags are: ${flagList(known)}.`, {
      option: 'flags',
      cause: error,
    })
  }
}

const flagList = (known: Readonly<Record<string, Flag>>): string =>
  Object.keys(known)
    .map(name => `--${name}`)
    .join(', ')

/** The text of a flag that has to be there. */
export const required = (flags: Flags, name: string, example: string): string => {
  const value = flags[name]
  if (typeof value === 'string' && value !== '') return value
  throw new ConfigurationError('configuration/missing', `Expected --${name}. Write --${name} ${example}.`, {
    option: name,
  })
}

/** The text of a flag, if it is there. */
export const text = (flags: Flags, name: string): string | undefined => {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** The texts of a flag that may be repeated, in their order. */
export const texts = (flags: Flags, name: string): readonly string[] => {
  const value = flags[name]
  return Array.isArray(value) ? value : []
}

/** A number within a range; `whole` for integers. */
export const number = (
  flags: Flags,
  name: string,
  {
    least,
    most = Number.MAX_SAFE_INTEGER,
    whole = true,
  }: { readonly least: number; readonly most?: number; readonly whole?: boolean },
): number | undefined => {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const parsed = Number(value)
  if (value.trim() !== '' && parsed >= least && parsed <= most && (!whole || Number.isInteger(parsed))) return parsed
  const isBounded = most < Number.MAX_SAFE_INTEGER || parsed > most
  const range = isBounded ? `from ${least} to ${most}` : `of at least ${least}`
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --${name} to be a ${whole ? 'whole ' : ''}number ${range}, got '${value}'.`,
    { option: name },
  )
}

/** One of a few words. */
export const choice = <Word extends string>(flags: Flags, name: string, words: readonly Word[]): Word | undefined => {
  const value = text(flags, name)
  if (value === undefined) return undefined
  const found = words.find(word => word === value)
  if (found !== undefined) return found
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected --${name} to be ${words.join(', ')}, got '${value}'.`,
    { option: name },
  )
}
