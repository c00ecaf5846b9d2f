import { describe, expect, test } from 'vitest'
import { chat } from '../../src/adapters/chat.ts'
import type { Example } from '../../src/data/example.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { reAct } from '../../src/modules/re-act.ts'
import type { Module } from '../../src/ports/module.ts'
import type { ProgramStore } from '../../src/server/program-store.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { tool } from '../../src/tools/tool.ts'
import { eventsOf } from '../modules/server-sent-events.ts'
import { errorCode, labeled, labeler, served } from './served.ts'

const price = tool({
  name: 'price',
  description: 'A price.',
  parameters: { type: 'object', properties: { tea: { type: 'string' } }, required: ['tea'] },
  run: () => 'SECRET of the shop',
})
const agent = reAct('question -> cents: int', { tools: [price] })

/** A store with one program that needs its code, as a Worker of one's own has it. */
const shop = {
  get: async () => ({ name: 'shop', version: 'v1', file: '{}', program: agent as Module<never>, adapter: chat }),
  list: async () => ({ programs: [], unreadable: [] }),
  put: async () => {
    throw new Error('Nothing is uploaded here.')
  },
} as unknown as ProgramStore

const buyer = () =>
  scriptedModel(
    [
      {
        text: '',
        toolCalls: [{ id: 'a', name: 'price', arguments: '{"tea":"SECRET of the user"}' }],
        finishReason: 'tool-calls',
      },
      { text: '', toolCalls: [{ id: 'b', name: 'submit', arguments: '{"cents":12}' }], finishReason: 'tool-calls' },
    ],
    { capabilities: { tools: true } },
  )

const body = { input: { question: 'How much?' }, stream: true }

describe('the events of a stream', () => {
  test('are texts and the prediction when nothing is said', async () => {
    const { run } = served({ model: buyer(), programs: shop })
    const events = eventsOf(await (await run('shop', body)).text())
    expect(events.map(({ event }) => event)).toEqual(['prediction'])
  })

  test('tell what runs when asked for all, and nothing that tools were given or gave', async () => {
    const { run } = served({ model: buyer(), programs: shop })
    const told = await (await run('shop?events=all', body)).text()
    const events = eventsOf(told)
    expect(
      events.map(({ event, data }) => [
        event,
        ...Object.values(data as Example).slice(0, event === 'prediction' ? 1 : 2),
      ]),
    ).toMatchObject([
      ['module-started', 'self', 're-act-v2'],
      ['predictor-started', 'react'],
      ['predictor-finished', 'react'],
      ['tool-started', 'self', 'price'],
      ['tool-finished', 'self', 'price'],
      ['predictor-started', 'react'],
      ['predictor-finished', 'react'],
      ['tool-started', 'self', 'submit'],
      ['tool-finished', 'self', 'submit'],
      ['module-finished', 'self', 're-act-v2'],
      ['prediction', { cents: 12 }],
    ])
    const status = told.slice(0, told.indexOf('event: prediction'))
    expect(status).not.toContain('SECRET')
  })

  test('are none when the model fails before it says anything: the answer has a status of its own', async () => {
    const limited = new ModelError('model/rate-limit', 'Slow down.', { model: 'm' })
    const { run, upload } = served({
      model: scriptedModel(() => {
        throw limited
      }),
    })
    await upload('a', await labeler())
    const response = await run('a?events=all', { input: { text: 'x' }, stream: true })
    expect([response.status, await errorCode(response)]).toEqual([429, 'model/rate-limit'])
  })

  test.each([
    ['?events=everything', true],
    ['?events=', true],
    ['?events=all', false],
  ])('%s, streamed or not (%s), is refused where it would have no effect', async (query, stream) => {
    const model = scriptedModel(() => labeled('fine'))
    const { run, upload } = served({ model })
    await upload('a', await labeler())
    const response = await run(`a${query}`, { input: { text: 'x' }, stream })
    expect([response.status, await errorCode(response)]).toEqual([400, 'request/shape'])
    expect(model.calls).toEqual([])
  })
})
