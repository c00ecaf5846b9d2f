import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

const file = join(import.meta.dirname, '..', 'results-optimizers.md')

const titles = {
  frontier: 'What the calls buy',
  fidelity: 'Ours beside the reference',
  'never-worse': 'Never worse than before',
} as const

export type Section = keyof typeof titles

const lead = `# Optimizers

Simulated models and their worlds are described in [optimizers/README.md](optimizers/README.md). They show how well a search
uses its calls, not what a real model gains.
`

/** Puts a section into results-optimizers.md, in the place of the one before. */
export const writeSection = (section: Section, report: string, duration: string): void => {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : lead
  const kept = new Map(
    before
      .split(/^(?=## )/m)
      .slice(1)
      .map(part => [part.slice(3, part.indexOf('\n')), part.trim()]),
  )
  const where = `Node ${process.version}, ${cpus().length} cores, ${duration}`
  const date = new Date().toISOString().slice(0, 10)
  kept.set(titles[section], `## ${titles[section]}\n\nMeasured on ${date}: ${where}.\n\n${report}`)
  const parts = Object.values(titles).flatMap(title => kept.get(title) ?? [])
  writeFileSync(file, `${[lead.trim(), ...parts].join('\n\n')}\n`)
}
