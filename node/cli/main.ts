import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { redaction } from '../../src/data/index.ts'
import { ConfigurationError, KkachiError } from '../../src/index.ts'
import { packageRoot } from '../package-root.ts'
import { checkOutputs } from './check-outputs.ts'
import type { Command } from './command.ts'
import { compareCommand } from './compare-command.ts'
import { compileCommand } from './compile-command.ts'
import { doctorCommand } from './doctor/doctor-command.ts'
import { evalCommand } from './eval-command.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { readFlags } from './flags.ts'
import { importCommand } from './import-command.ts'
import { inFlags } from './in-flags.ts'
import { endWithOutput, interruptOfProcess } from './interrupt.ts'
import { optimizeCommand } from './optimize-command.ts'
import { runCommand } from './run-command.ts'
import { secretsIn } from './secret-variables.ts'
import { jsonLine, processTerminal, type Terminal } from './terminal.ts'

const commands: readonly Command[] = [
  runCommand,
  optimizeCommand,
  evalCommand,
  compareCommand,
  compileCommand,
  importCommand,
  doctorCommand,
]

/**
 * The program `kkachi`.
 *
 * @returns the exit code: 0 done, 1 failure, 2 wrong input, 3 budget ended before anything was found, 130 interrupted
 */
export const main = async (args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> => {
  const [first, about] = args
  const [name, ...rest] = first === 'help' && about !== undefined ? [about, '--help'] : args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.out(overview())
    return exitCodes.done
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${version()}\n`)
    return exitCodes.done
  }
  try {
    const command = commandNamed(name)
    const flags = readFlags(rest, command.flags, command.argument)
    if (flags.help === true) {
      terminal.out(helpOf(command))
      return exitCodes.done
    }
    checkOutputs(flags)
    return await command.run(flags, terminal, signal)
  } catch (error) {
    tell(error, args, terminal, signal)
    return exitCodeOf(error, signal.aborted)
  }
}

/** Runs the program in this process; an interrupt lets it save what it has. */
export const mainOfProcess = async (): Promise<void> => {
  endWithOutput()
  process.exitCode = await main(process.argv.slice(2), processTerminal(), interruptOfProcess())
}

const commandNamed = (name: string): Command => {
  const command = commands.find(one => one.name === name)
  if (command !== undefined) return command
  throw new ConfigurationError(
    'configuration/invalid',
    `There is no command '${name}'. The commands are: ${commands.map(one => one.name).join(', ')}.`,
    { option: 'command' },
  )
}

const tell = (error: unknown, args: readonly string[], terminal: Terminal, signal: AbortSignal): void => {
  const redact = redaction(secretsIn(terminal.environment))
  const message = signal.aborted
    ? 'Interrupted.'
    : redact(inFlags(error instanceof Error ? error.message : String(error)))
  const code = KkachiError.is(error) ? error.code : undefined
  if (args.includes('--json'))
    terminal.out(jsonLine({ type: 'error', ...(code === undefined ? {} : { code }), message }))
  terminal.err(`kkachi: ${message}${code === undefined ? '' : ` [${code}]`}\n`)
}

const overview = (): string =>
  [
    'kkachi: program language models instead of prompting them',
    '',
    ...commands.map(({ name, summary }) => `  kkachi ${name.padEnd(10)}${summary}`),
    '',
    'kkachi COMMAND --help tells its flags. Keys are environment variables: OPENAI_API_KEY, ANTHROPIC_API_KEY, HF_TOKEN.',
    '',
  ].join('\n')

const helpOf = ({ usage, flags }: Command): string => {
  const lines = Object.entries(flags).map(
    ([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const,
  )
  const width = Math.max(...lines.map(([flag]) => flag.length))
  return [usage, '', ...lines.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`), ''].join('\n')
}

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
