import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { digestOfRun } from './digest-of-run.ts'
import { everyOptimizer } from './every-optimizer.ts'

// Writes what the test of determinism expects, after an optimizer or its wording was changed on purpose:
// node test/optimizers/record-digests.ts
const digests: Record<string, string> = {}
for (const [name, make] of everyOptimizer) digests[name] = await digestOfRun(make, 8)
writeFileSync(fileURLToPath(new URL('./digests.json', import.meta.url)), `${JSON.stringify(digests, null, 2)}\n`)
