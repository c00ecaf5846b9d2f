import { expect, test } from 'vitest'
import { opfsFileCache } from '../../browser/inference/opfs-cache.ts'
import { addressFiles } from '../../src/inference/index.ts'

const newName = (): string => `turns ${Math.random()}`

test('one has the turn to bring a file, the others wait for its end', async () => {
  const name = newName()
  const [mine, theirs] = [opfsFileCache({ name }), opfsFileCache({ name })]
  const first = await mine.turn?.('key')
  const events: string[] = []
  const second = theirs.turn?.('key').then(turn => {
    events.push('theirs')
    return turn
  })
  const other = await theirs.turn?.('another key')
  expect([first?.waited, other?.waited]).toEqual([false, false])
  events.push('mine ends')
  await first?.end()
  const turn = await second
  expect([turn?.waited, events]).toEqual([true, ['mine ends', 'theirs']])
  await turn?.end()
  await other?.end()
})

test('whoever gives up waits no longer', async () => {
  const cache = opfsFileCache({ name: newName() })
  const first = await cache.turn?.('key')
  const controller = new AbortController()
  const waiting = cache.turn?.('key', controller.signal)
  controller.abort(new DOMException('No longer.', 'AbortError'))
  await expect(waiting).rejects.toThrow('No longer.')
  await first?.end()
  expect((await cache.turn?.('key'))?.waited).toBe(false)
})

test('two who load a model at once bring each file once, and both have it', async () => {
  const name = newName()
  const content = new Uint8Array(300_000).fill(7)
  let sent = 0
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    if (new Headers(init?.headers).get('if-none-match') === '"1"') return new Response(null, { status: 304 })
    sent += 1
    return new Response(content, { headers: { etag: '"1"', 'content-length': String(content.length) } })
  }
  const open = () => addressFiles('https://models.test/', { cache: opfsFileCache({ name }), fetch })
  const names = ['config.json', 'tokenizer.json', 'onnx/model.onnx']
  const read = await Promise.all([open(), open(), open()].flatMap(files => names.map(file => files.read(file))))
  for (const bytes of read) expect(bytes).toEqual(content)
  expect(sent).toBe(names.length)
})
