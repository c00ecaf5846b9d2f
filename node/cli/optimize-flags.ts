import { budgetFlags } from './budget-from-flags.ts'
import { continueFlags } from './continue-request.ts'
import { commonFlags, logFlags, modelFlags, programFlags, traceFlags } from './flags.ts'
import { metricFlags } from './judge-from-flags.ts'
import { defaultStages, efforts, optimizerNames } from './optimizer-from-name.ts'
import { promptModelFlags } from './prompt-model-from-flags.ts'

/** The flags of `kkachi optimize`. */
export const optimizeFlags = {
  ...programFlags,
  train: { value: 'FILE', help: 'what to learn from: JSONL, JSON, CSV or Parquet' },
  dev: { value: 'FILE', help: 'what to choose by' },
  test: { value: 'FILE', help: 'held out: scored before and after, never looked at in between' },
  ...metricFlags,
  optimizer: { value: 'O', help: optimizerNames.join(', ') },
  auto: { value: 'EFFORT', help: `how far mipro-v2 and gepa go: ${efforts.join(', ')}; light when absent` },
  stages: {
    value: 'A -> B',
    help: `with better-together: its optimizers in order; ${defaultStages.join(' -> ')} when absent`,
  },
  'try-instructions': { value: 'FILE', help: 'instructions to try: one a line, or a JSON list' },
  neighbors: { value: 'K', help: 'with knn-few-shot: rows shown at each call; 3 when absent' },
  seed: { value: 'N', help: 'decides every choice of the run; 0 when absent' },
  ...budgetFlags,
  out: { value: 'FILE', help: 'the program file; program.json when absent' },
  report: { value: 'FILE|off', help: 'the HTML report; beside --out when absent' },
  run: { value: 'DIR', help: 'remembers every answer: the same command again goes on where it stopped' },
  ...continueFlags,
  ...modelFlags,
  ...promptModelFlags,
  ...logFlags,
  ...traceFlags,
  ...commonFlags,
} as const
