import type { JsonObject } from '../../src/index.ts'
import type { DataFile } from './continue-request.ts'
import type { Optimized } from './optimize-program.ts'
import type { OptimizeRequest } from './optimize-request.ts'
import { promptModelName } from './prompt-model-from-flags.ts'

/** Where a program comes from, as its file says it. */
export const provenanceOf = (request: OptimizeRequest, found: Optimized): JsonObject => {
  const { flags, optimizer, seed, model, metric, train, dev, since } = request
  const promptModel = promptModelName(flags)
  return {
    optimizer: optimizer.name,
    seed,
    model,
    ...(promptModel !== undefined && { promptModel }),
    metric: metric.name,
    train: asData(train),
    dev: asData(dev),
    before: found.before ?? null,
    after: found.after ?? null,
    test: found.heldOut?.after ?? null,
    calls: found.calls + found.cachedCalls,
    ...(since && {
      parent: {
        digest: since.parent,
        ...(since.corrections && { corrections: asData(since.corrections) }),
        ...(since.failures && { failures: asData(since.failures) }),
      },
    }),
  }
}

const asData = ({ rows, sha256 }: DataFile): JsonObject => ({ rows: rows.length, sha256 })
