import { modelFromName } from '../../models/model-from-name.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { commonFlags, modelFlags, text } from '../flags.ts'
import { jsonLine } from '../terminal.ts'
import { checkFolders } from './check-folders.ts'
import { checkInference } from './check-inference.ts'
import { checkLocalFiles, checkNano } from './check-model.ts'
import { checkNode } from './check-node.ts'
import { checkPrograms } from './check-programs.ts'
import { checkProvider } from './check-provider.ts'
import type { Finding } from './finding.ts'
import { thisMachine } from './machine.ts'

/** `kkachi doctor`: what this machine has, and what would be used. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'tell what this machine has and what would be used',
  usage: 'kkachi doctor --model openai/gpt-4o-mini --online',
  flags: {
    model: modelFlags.model,
    'base-url': modelFlags['base-url'],
    cache: modelFlags.cache,
    online: { help: 'ask the provider whether it is there; no connection is opened otherwise' },
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const model = text(flags, 'model') ?? 'local/nano'
    // A name that is none, or an address, is wrong here as everywhere; a missing key is what the doctor finds.
    modelFromName(model, {
      environment: { OPENAI_API_KEY: 'absent', ANTHROPIC_API_KEY: 'absent' },
      ...defined(text(flags, 'base-url')),
    })
    const isLocal = model.startsWith('local/')
    const machine = thisMachine(terminal.environment, signal)
    const provider = { model, baseUrl: text(flags, 'base-url'), online: flags.online === true, signal }
    const checks = [
      () => checkNode(machine),
      () => checkInference(machine, isLocal),
      async () => [await checkNano(machine, { needed: model === 'local/nano', signal })],
      () => [checkLocalFiles(machine, model)].filter(finding => finding !== undefined),
      () => checkProvider(machine, provider),
      () => checkFolders(machine, text(flags, 'cache')),
      () => checkPrograms(machine),
    ]
    const findings: Finding[] = []
    for (const check of checks) {
      for (const finding of await check()) {
        findings.push(finding)
        terminal.out(flags.json === true ? jsonLine({ type: 'finding', ...finding }) : line(finding))
      }
    }
    const lacking = findings.filter(({ needed, state }) => needed && state !== 'ok')
    const ok = lacking.length === 0
    const why = whyUsed(text(flags, 'model') !== undefined)
    const device = isLocal ? 'cpu' : undefined
    terminal.out(
      flags.json === true
        ? jsonLine({
            type: 'result',
            ok,
            use: { model, ...(device && { device }), why },
            lacking: lacking.map(({ name }) => name),
          })
        : `\nWould be used: ${model}${device === undefined ? '' : ` on the ${device}`}, ${why}.\n${
            ok ? 'All that it needs is here.\n' : `It lacks ${lacking.map(({ name }) => name).join(', ')}.\n`
          }`,
    )
    return ok ? exitCodes.done : exitCodes.failure
  },
}

const defined = (baseUrl: string | undefined) => (baseUrl === undefined ? {} : { baseUrl })

const whyUsed = (isAsked: boolean): string =>
  isAsked ? '--model names it' : 'the default: it comes with the package and needs neither key nor network'

const line = ({ name, state, found, use, remedy }: Finding): string =>
  [
    `${state.padEnd(8)} ${name.padEnd(26)} ${[found, use].filter(Boolean).join('; ')}\n`,
    ...(state === 'ok' || remedy === undefined ? [] : [`${' '.repeat(9)}${'mend it by'.padEnd(26)} ${remedy}\n`]),
  ].join('')
