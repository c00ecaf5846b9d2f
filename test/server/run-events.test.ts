import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { runEvents } from '../../src/server/run-events.ts'

const told = async (run: AsyncIterable<ProgramEvent<unknown>>) => {
  const failures: unknown[] = []
  const events = await runEvents(run, 'v1', error => failures.push(error))
  const all = []
  for (let one = await events.next(); !one.done; one = await events.next()) all.push(one.value)
  return { all, failures }
}

describe('the events of a run', () => {
  test('are told by name, but for what is nobody’s business outside', async () => {
    const { all } = await told(
      (async function* (): AsyncGenerator<ProgramEvent<unknown>> {
        yield { type: 'predictor-started', path: 'p' }
        yield { type: 'reasoning', path: 'p', delta: 'hm' }
        yield { type: 'field', path: 'p', field: 'f', delta: 'x' }
        yield { type: 'reset', path: 'p' }
        yield { type: 'predictor-finished', path: 'p', output: {} }
        yield { type: 'prediction', prediction: { f: 'y' }, usage: noUsage }
      })(),
    )
    expect(all).toEqual([
      { event: 'reasoning', data: { path: 'p', delta: 'hm' } },
      { event: 'field', data: { path: 'p', field: 'f', delta: 'x' } },
      { event: 'reset', data: { path: 'p' } },
      { event: 'prediction', data: { prediction: { f: 'y' }, usage: noUsage, version: 'v1' } },
    ])
  })

  const broken = new ModelError('model/transport', 'It says SECRET.', { model: 'm' })

  test('end in an error when the run fails after something was told', async () => {
    const { all, failures } = await told(
      (async function* (): AsyncGenerator<ProgramEvent<unknown>> {
        yield { type: 'field', path: 'p', field: 'f', delta: 'x' }
        throw broken
      })(),
    )
    expect(all.at(-1)).toEqual({
      event: 'error',
      data: {
        error: expect.objectContaining({ code: 'model/transport', message: 'The connection failed or was cut.' }),
      },
    })
    expect(failures).toEqual([broken])
  })

  test('are not begun when the run fails before', async () => {
    const failing = told(
      // biome-ignore lint/correctness/useYield: it fails before it has anything to tell
      (async function* (): AsyncGenerator<ProgramEvent<unknown>> {
        throw broken
      })(),
    )
    await expect(failing).rejects.toBe(broken)
  })
})
