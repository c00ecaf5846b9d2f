import { describe, expect, test } from 'vitest'
import { imported } from './cost-of-each-name.ts'

/** The modules by their public names: the file of each, and the modules it is made of. */
const modules: Readonly<Record<string, { readonly file: string; readonly madeOf?: readonly string[] }>> = {
  predict: { file: 'predict' },
  chainOfThought: { file: 'chain-of-thought' },
  program: { file: 'program' },
  reAct: { file: 're-act', madeOf: ['predict'] },
  reActTrajectory: { file: 're-act-trajectory', madeOf: ['predict', 'chainOfThought'] },
  programOfThought: { file: 'program-of-thought', madeOf: ['chainOfThought'] },
  codeAct: { file: 'code-act', madeOf: ['predict', 'chainOfThought'] },
  rlm: { file: 'rlm', madeOf: ['predict'] },
  flex: { file: 'flex', madeOf: ['predict', 'chainOfThought'] },
  multiChainComparison: { file: 'multi-chain-comparison', madeOf: ['predict'] },
  bestOfN: { file: 'best-of-n' },
  refine: { file: 'refine', madeOf: ['predict'] },
  parallel: { file: 'parallel', madeOf: ['batch'] },
  batch: { file: 'batch' },
  majority: { file: 'majority' },
  ensemble: { file: 'ensemble' },
}

const fileOf = (name: string): string => `modules/${modules[name]?.file}.ts`

describe('a page that imports one module', () => {
  test.each(Object.entries(modules))('%s alone does not get the others', async (name, { madeOf = [] }) => {
    const { files } = await imported([name])
    expect(files).toContain(fileOf(name))
    const others = Object.keys(modules).filter(other => other !== name && files.includes(fileOf(other)))
    expect(others.filter(other => !madeOf.includes(other))).toEqual([])
    // What runs code gets no engine, what is asked no other format than its own, and nothing learns by itself.
    const heavy =
      /^(?:sandbox|optimizers|search|evaluation|retrieval|inference|server)\/|^adapters\/(?:xml|compact|two-step|frozen)/
    expect(files.filter(file => heavy.test(file))).toEqual([])
  })

  test('the smallest program has one module, one format and one client in it', async () => {
    const { files, gzipBytes } = await imported(['predict', 'openaiCompatible'])
    expect(Object.keys(modules).filter(name => files.includes(fileOf(name)))).toEqual(['predict'])
    expect(files.filter(file => /^adapters\/(?:json|xml|compact|two-step|frozen)\.ts$/.test(file))).toEqual([])
    expect(
      files.filter(file => /^models\/(?:anthropic|ai-sdk|cached|retried|limited|budgeted|fallback)\.ts$/.test(file)),
    ).toEqual([])
    // Growth is decided, not had: `npm run size` in bench/ says what the peers weigh.
    expect(gzipBytes).toBeLessThan(36_500)
  })
})
