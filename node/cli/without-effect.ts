import type { Warning } from '../../src/optimizers/index.ts'
import { type Flags, text } from './flags.ts'
import { heeding, type OptimizerFlag, unheeded } from './optimizer-from-name.ts'

const flagsOfSome: readonly OptimizerFlag[] = ['neighbors', 'auto', 'stages', 'prompt-model', 'try-instructions']

/** What to tell of flags that the optimizer does not heed. */
export const withoutEffect = (flags: Flags, optimizer: string): readonly Warning[] =>
  unheeded(
    optimizer,
    flagsOfSome.filter(flag => text(flags, flag) !== undefined),
  ).map(flag => ({
    code: 'without-effect',
    message: `--${flag} has no effect on ${optimizer}. ${remedy(heeding(flag))}`,
  }))

const remedy = (names: readonly string[]): string =>
  names.length === 0 ? 'Leave it out.' : `Leave it out, or write --optimizer ${names.join(' or ')}.`
