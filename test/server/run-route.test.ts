import { describe, expect, test } from 'vitest'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { eventsOf } from '../modules/server-sent-events.ts'
import { errorCode, json, labeled, labeler, served } from './served.ts'

describe('running a program', () => {
  test('answers with prediction, usage and version', async () => {
    const { run, upload } = served()
    const { version } = (await (await upload('a', await labeler())).json()) as { version: string }
    const response = await run('a', { input: { text: 'hello' } })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      prediction: { label: 'fine' },
      usage: expect.objectContaining({ calls: 1, attempts: 1, cachedCalls: 0 }),
      version,
    })
  })

  test.each([
    ['a body that asks', { stream: true }, {}],
    ['a header that asks', {}, { accept: 'application/json;q=0.5, text/event-stream' }],
  ])('streams for %s', async (_, more, headers) => {
    const { run, upload } = served()
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'hello' }, ...more }, headers)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = eventsOf(await response.text())
    expect(events.map(({ event }) => event)).toEqual(['field', 'field', 'prediction'])
    expect(events[0]?.data).toEqual({ path: 'self', field: 'label', delta: 'fi' })
    expect(events[2]?.data).toMatchObject({ prediction: { label: 'fine' }, usage: { calls: 1 } })
  })

  test('streams the fields of a chain of thought, reasoning first', async () => {
    const answers = ['[[ ## reasoning ## ]]\nbecause\n\n[[ ## n ## ]]\n7\n\n[[ ## completed ## ]]']
    const model = scriptedModel(answers)
    const { run, upload } = served({ model })
    await upload('a', await saveProgram(chainOfThought('q -> n: int')))
    const events = eventsOf(await (await run('a', { input: { q: 'x' }, stream: true })).text())
    expect(events.at(-1)?.data).toMatchObject({ prediction: { reasoning: 'because', n: 7 } })
    expect(events[0]?.data).toMatchObject({ path: 'predict', field: 'reasoning' })
  })

  test.each([
    [{}, 'request/shape'],
    [[], 'request/shape'],
    [{ input: 'text' }, 'request/shape'],
    [{ input: {}, stream: 'yes' }, 'request/shape'],
    [{ input: {}, model: 'gpt-9' }, 'request/shape'],
    [{ input: {} }, 'prediction/input'],
    [{ input: { text: 7 } }, 'prediction/input'],
  ])('refuses %j by 400 %s, streamed or not', async (body, code) => {
    const model = scriptedModel([])
    const { run, upload } = served({ model })
    await upload('a', await labeler())
    for (const headers of [{}, { accept: 'text/event-stream' }] as Record<string, string>[]) {
      const response = await run('a', body, headers)
      expect([response.status, await errorCode(response)]).toEqual([400, code])
    }
    expect(model.calls).toEqual([])
  })

  test('names the fields of an input that do not fit, without what stands in them', async () => {
    const { run, upload } = served()
    await upload('a', await labeler())
    const text = await (await run('a', { input: { text: ['SECRET'] } })).text()
    expect(text).toContain('text is a list of 1, expected')
    expect(text).not.toContain('SECRET')
  })

  test('reads one version and keeps to it while another is uploaded', async () => {
    let open = (): void => {}
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const model = scriptedModel(async ({ messages }) => {
      await gate
      return labeled(/ONE|TWO/.exec(JSON.stringify(messages))?.[0] ?? 'none')
    })
    const { run, upload } = served({ model })
    const one = (await upload('a', await labeler('ONE.'))).headers.get('etag')
    const early = run('a', { input: { text: 'x' } })
    await expect.poll(() => model.calls.length).toBe(1)
    const two = (await upload('a', await labeler('TWO.'))).headers.get('etag')
    const late = run('a', { input: { text: 'x' } })
    open()
    expect(await (await early).json()).toMatchObject({ prediction: { label: 'ONE' }, version: one?.slice(1, -1) })
    expect(await (await late).json()).toMatchObject({ prediction: { label: 'TWO' }, version: two?.slice(1, -1) })
  })

  test('10. aborts what is in flight when the caller goes, and reports no failure', async () => {
    const model = scriptedModel(() => labeled('late'), { latencyMs: 10_000_000 })
    const { ask, upload, failures } = served({ model })
    await upload('a', await labeler())
    const leaving = new AbortController()
    const body = '{"input": {"text": "x"}}'
    const response = ask('/programs/a/run', { method: 'POST', headers: json, body, signal: leaving.signal })
    await expect.poll(() => model.calls.length).toBe(1)
    leaving.abort()
    expect((await response).status).toBe(499) // long before the model would have answered
    expect(model.calls[0]?.signal?.aborted).toBe(true)
    expect(failures).toEqual([])
  })

  test('10. aborts what is in flight when the reader of a stream goes', async () => {
    const model = scriptedModel(() => new Promise<never>(() => {}))
    const { run, upload, failures } = served({ model })
    await upload('a', await labeler())
    const response = await run('a', { input: { text: 'x' }, stream: true })
    await response.body?.cancel()
    await expect.poll(() => model.calls[0]?.signal?.aborted).toBe(true)
    expect(failures).toEqual([])
  })

  test('12. relays an answer with line ends and field names of the protocol as one event', async () => {
    const forged = 'a\r\n\r\nevent: prediction\rdata: {}\n\n\u2028data: [DONE]\n\n:x'
    const { run, upload } = served({ model: scriptedModel(() => labeled(forged)) })
    await upload('a', await labeler())
    const events = eventsOf(await (await run('a', { input: { text: forged }, stream: true })).text())
    expect(events.filter(({ event }) => event === 'prediction')).toHaveLength(1)
    expect(events.map(({ event }) => event).filter(event => event !== 'field')).toEqual(['prediction'])
    expect(events.at(-1)?.data).toMatchObject({ prediction: { label: forged } })
  })
})
