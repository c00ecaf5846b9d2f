import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adapterFromFlags } from '../../../node/cli/adapter-from-flags.ts'
import { predict, saveProgram } from '../../../src/index.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kkachi-'))
})
afterAll(() => rm(folder, { recursive: true }))

const saved = async (adapter: string): Promise<string> => {
  const file = join(folder, `${adapter}.json`)
  await writeFile(file, await saveProgram(predict('text -> label'), { adapter }))
  return file
}

test.each(['chat', 'json', 'xml', 'compact', 'frozen'])('--adapter %s is the adapter of that name', async name => {
  expect(await adapterFromFlags({ adapter: name, program: await saved('json') })).toMatchObject({ name })
})

test('without the flag a program runs in the format its file was made for', async () => {
  expect(await adapterFromFlags({})).toMatchObject({ name: 'chat' })
  expect(await adapterFromFlags({ program: await saved('xml') })).toMatchObject({ name: 'xml' })
  expect(await adapterFromFlags({ program: './program.ts', state: await saved('compact') })).toMatchObject({
    name: 'compact',
  })
})

test('a format that is not ours, and two that differ, ask for the flag', async () => {
  const message = (flags: Parameters<typeof adapterFromFlags>[0]) => expect(adapterFromFlags(flags)).rejects
  await message({ program: await saved('three-step') }).toThrow(/three-step, which is none of .* Write --adapter/)
  await message({ program: await saved('two-step') }).toThrow(/two-step has a second model .* Write --extractor/)
  await message({ program: [await saved('xml'), await saved('json')] }).toThrow(
    /xml and json\. Write --adapter for both/,
  )
})

test('two-step has the second model that --extractor names, also where the file says the format', async () => {
  const environment = { OPENAI_API_KEY: 'sk-one' }
  const asked = { extractor: 'openai/gpt-5-nano' }
  for (const flags of [
    { ...asked, adapter: 'two-step' },
    { ...asked, program: await saved('two-step') },
  ]) {
    const { name, extraction } = await adapterFromFlags(flags, { environment })
    expect([name, extraction?.model.id]).toEqual(['two-step', expect.stringContaining('openai/gpt-5-nano')])
  }
  await expect(adapterFromFlags({ ...asked, adapter: 'json' }, { environment })).rejects.toThrow(/--adapter two-step/)
})
