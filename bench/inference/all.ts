/*
 * Measures local inference beside transformers.js and writes results-inference.md.
 *
 *   npm run bench:inference                               everything, in half an hour
 *   npm run bench:inference -- answers scoring            some parts; writes nothing
 *   KKACHI_BENCH_QUICK=1 npm run bench:inference          one round of everything
 *   KKACHI_PYTHON=/path/to/python npm run bench:inference a Python with numpy, onnx and tokenizers writes the model
 */

import { grammarWasm } from '../../node/inference/grammar-wasm.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import { labelAnswers } from './answer-forms.ts'
import { answersPart } from './answers.ts'
import { benchModel, benchVocabulary } from './bench-model.ts'
import { candidatesPart } from './candidates.ts'
import { chromiumPart } from './chromium.ts'
import type { Contestants } from './contestants.ts'
import type { Part } from './figure.ts'
import { grammarPart } from './grammar.ts'
import { heldToolsPart } from './held-tools.ts'
import { kernelsPart } from './kernels.ts'
import { lifePart } from './life.ts'
import { ourEngines } from './our-engine.ts'
import { rawLoopPart } from './raw-loop.ts'
import { printPart, writeResults } from './results-file.ts'
import { scoringPart } from './scoring.ts'
import { transformersJs } from './transformers-js.ts'
import { workload } from './workload.ts'

const dtype = dtypeOf(process.env.KKACHI_BENCH_DTYPE ?? 'fp32')
const asked = process.argv.slice(2)
const isQuick = process.env.KKACHI_BENCH_QUICK !== undefined

const model = benchModel()
const vocabulary = benchVocabulary(model)
const work = workload(vocabulary, { examples: 50, candidates: 8 })
const grammars = await grammarEngine({ vocabulary, wasm: grammarWasm })
const contestants: Contestants = {
  peer: await transformersJs(model, { dtype, threads: 1 }),
  ours: await ourEngines(model, { dtype, threads: 1 }),
  constraintOf: form => grammars.constraint(form.grammar),
  workload: work,
  prompts: work.prompts(0),
  answers: labelAnswers(vocabulary),
}
const rounds = isQuick ? 1 : 3

const parts: Readonly<Record<string, () => Promise<Part>>> = {
  answers: () => answersPart(contestants, { rounds, fromScratch: isQuick ? 2 : 5 }),
  scoring: () => scoringPart(contestants, { rounds, examples: isQuick ? 4 : 10 }),
  candidates: () => candidatesPart(contestants, { rounds: isQuick ? 1 : 2, candidates: 8 }),
  'raw-loop': () => rawLoopPart(contestants, { rounds: rounds + 1, tokens: 64 }),
  life: () => lifePart(model, { rounds: isQuick ? 3 : 7 }),
  grammar: () => grammarPart({ answers: isQuick ? 500 : 10_000 }),
  'held-tools': () => heldToolsPart({ rounds: isQuick ? 3 : 7 }),
  kernels: () => kernelsPart({ rounds: isQuick ? 3 : 9 }),
  chromium: () =>
    chromiumPart(model, work.prompts(0).slice(0, isQuick ? 20 : 50), {
      rounds: 1,
      fromScratch: isQuick ? 1 : 3,
      tokens: 16,
    }),
}

const made: Part[] = []
for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const part = await run()
  printPart(part)
  made.push(part)
}
await contestants.ours.close()
await contestants.peer.close()
grammars.free()
if (asked.length === 0) writeResults(made, { dtype, rounds })

function dtypeOf(name: string): 'fp32' | 'q8' | 'q4' | 'q4f16' {
  if (name === 'fp32' || name === 'q8' || name === 'q4' || name === 'q4f16') return name
  throw new Error(`Expected fp32, q8, q4 or q4f16, not ${name}.`)
}
