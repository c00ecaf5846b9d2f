import { auto } from '../../src/optimizers/auto.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'

/** Our own, and our versions of the field's, with the settings that DSPy's have in dspy_optimizers.py. */
export const ports: Readonly<Record<string, () => Optimizer>> = {
  labeledFewShot: () => labeledFewShot(),
  bootstrapFewShot: () => bootstrapFewShot(),
  bootstrapRandomSearch: () => bootstrapRandomSearch(),
}

export { auto }
