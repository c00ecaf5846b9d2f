import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from '../markdown-table.ts'
import type { Line, Part } from './figure.ts'

const verdict = ({ holds }: Line): string => (holds === undefined ? '' : holds ? 'yes' : '**no**')

const linesTable = (lines: readonly Line[]): string =>
  markdownTable(
    ['', 'bar', 'found', 'holds'],
    lines.map(line => [line.what, line.bar, line.found, verdict(line)]),
  )

export const printPart = (part: Part): void => {
  console.log(`\n## ${part.title}\n\n${markdownTable(part.head, part.rows)}\n\n${linesTable(part.lines)}`)
}

/** Writes the page of results: every bar first, then each part. */
export const writeResults = (
  parts: readonly Part[],
  { dtype, rounds }: { readonly dtype: string; readonly rounds: number },
): void => {
  const lines = parts.flatMap(part => part.lines)
  const missed = lines.filter(({ holds }) => holds === false)
  const summary =
    missed.length === 0 ? 'Every bar holds.' : `Short of its bar: ${missed.map(({ what }) => what).join('; ')}.`
  const sections = parts.map(part => `## ${part.title}\n\n${part.how}\n\n${markdownTable(part.head, part.rows)}`)
  const text = `# Local inference beside transformers.js

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench:inference\`: Node ${process.version}, ${process.platform} on ${process.arch}, ${cpus().length} cores that others use too, onnxruntime 1.30.0, @huggingface/transformers 4.3.1. ${summary}

The model has random weights: 17.7 million parameters, Qwen3's architecture (8 layers of width 384), 8,192 tokens, ${dtype}. Both sides compute on the same backend
with one thread, in turn, and are given the same prompts and the same constraint; figures are medians over ${rounds === 1 ? 'one round' : `${rounds} rounds`}, ratios the medians of the ratios within a round. CPU time is user and system time of the process.
Figures in ms depend on what else the machine does; ratios hardly.

${linesTable(lines)}

${sections.join('\n\n')}
`
  writeFileSync(join(import.meta.dirname, '..', 'results-inference.md'), text)
}
