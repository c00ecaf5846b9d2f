import { describe, expect, test } from 'vitest'
import { checkFolders } from '../../../../node/cli/doctor/check-folders.ts'
import { checkInference } from '../../../../node/cli/doctor/check-inference.ts'
import { checkLocalFiles, checkNano } from '../../../../node/cli/doctor/check-model.ts'
import { checkNode } from '../../../../node/cli/doctor/check-node.ts'
import { checkPrograms } from '../../../../node/cli/doctor/check-programs.ts'
import { checkProvider } from '../../../../node/cli/doctor/check-provider.ts'
import type { Machine } from '../../../../node/cli/doctor/machine.ts'
import { RuntimeError } from '../../../../src/index.ts'
import { scriptedModel } from '../../../../src/testing/index.ts'

const { signal } = new AbortController()

/** A machine that has nothing but Node, and what is given. */
const machine = (has: Partial<Machine> = {}): Machine => ({
  node: '22.18.0',
  platform: 'linux x64',
  environment: {},
  exists: () => false,
  findPackage: () => undefined,
  loadPackage: name => {
    throw new Error(`Cannot find module '${name}'\nRequire stack: …`)
  },
  run: async () => undefined,
  freeBytes: async () => undefined,
  fetch: async () => {
    throw new Error('no connection may be opened')
  },
  now: () => 0,
  ...has,
})

const installed: Partial<Machine> = {
  findPackage: name => ({ folder: `/modules/${name}`, version: '4.3.1' }),
  loadPackage: () => ({
    listSupportedBackends: () => [
      { name: 'cpu', bundled: true },
      { name: 'webgpu', bundled: true },
      { name: 'cuda', bundled: false },
    ],
  }),
}

describe('the doctor finds', () => {
  test.each([
    ['24.21.0', 'ok', /modules in TypeScript as they are/],
    ['20.19.0', 'ok', /modules in TypeScript need 22\.18/],
    ['20.18.3', 'broken', /22\.18/],
    ['18.20.0', 'broken', /22\.18/],
  ])('Node %s to be %s', (node, state, use) => {
    const [found] = checkNode(machine({ node }))
    expect(found).toMatchObject({ name: 'node', needed: true, state, use: expect.stringMatching(use) })
    expect(found?.remedy === undefined).toBe(state === 'ok')
  })

  test('what local models lack, what is used instead, and the command that mends it', async () => {
    expect(await checkInference(machine(), true)).toMatchObject([
      { name: 'onnxruntime-node', state: 'missing', needed: true, remedy: 'npm install onnxruntime-node' },
      { name: 'gpu', needed: false },
    ])
    const without: Partial<Machine> = {
      findPackage: name => (name === 'onnxruntime-web' ? { folder: '/modules', version: '1.30.0' } : undefined),
    }
    expect(await checkInference(machine(without), true)).toMatchObject([
      { name: 'onnxruntime-node', state: 'missing', needed: false },
      { name: 'onnxruntime-web', state: 'ok', needed: true, use: expect.stringContaining('WebAssembly') },
      { name: 'gpu', needed: false },
    ])
    const unbuilt = { ...installed, loadPackage: machine().loadPackage }
    expect((await checkInference(machine(unbuilt), false))[0]).toMatchObject({
      ...{ state: 'broken', needed: false, remedy: 'npm rebuild onnxruntime-node' },
      found: "4.3.1: Cannot find module 'onnxruntime-node'",
    })
  })

  test('the devices of the runtime, which of them is used and why', async () => {
    const run = async () => 'NVIDIA H100 80GB HBM3, 81559 MiB'
    expect(await checkInference(machine({ ...installed, run }), true)).toMatchObject([
      {
        found: '4.3.1: cpu, webgpu, cuda (needs its libraries)',
        use: expect.stringContaining('on the cpu: the device'),
      },
      { name: 'webgpu', state: 'ok', use: expect.stringContaining("device: 'webgpu'") },
      { name: 'gpu', state: 'ok', found: 'NVIDIA H100 80GB HBM3, 81559 MiB' },
    ])
  })

  test('whether the embedded model answers, and in what time', async () => {
    let time = 0
    const now = () => (time += 40)
    const model = scriptedModel(['Yes.'])
    expect(await checkNano(machine({ now }), { needed: true, signal, model })).toMatchObject({
      ...{ state: 'ok', found: 'loads and answers in 40 ms' },
    })
    const broken = scriptedModel([new RuntimeError('runtime/model-files', 'The files are damaged.')])
    expect(await checkNano(machine(), { needed: true, signal, model: broken })).toMatchObject({
      ...{ state: 'missing', found: 'The files are damaged. [runtime/model-files]' },
      remedy: expect.stringContaining('npm ci'),
    })
  })

  test('where another local model comes from', () => {
    expect(checkLocalFiles(machine(), 'local/nano')).toBeUndefined()
    expect(checkLocalFiles(machine(), 'openai/gpt-4o')).toBeUndefined()
    expect(checkLocalFiles(machine({ exists: path => path === 'mine/config.json' }), 'local/mine')).toMatchObject({
      ...{ state: 'ok', found: 'the folder mine' },
    })
    expect(checkLocalFiles(machine(), 'local/acme/large')).toMatchObject({
      ...{ state: 'missing', needed: false },
      use: expect.stringContaining('downloaded from the hub at the first call'),
      remedy: expect.stringMatching(/kkachi run --model local\/acme\/large .*downloads/),
    })
  })

  test('keys by their names, never by what they hold', async () => {
    const environment = {
      OPENAI_API_KEY: 'Zq7vR2x9KpW4mT8s',
      OPENAI_BASE_URL: 'https://me:Zq7vR2x9@h.example/v1/?key=Zq7v',
    }
    const found = await checkProvider(machine({ environment }), {
      ...{ model: 'openai/gpt-4o', baseUrl: undefined, online: false, signal },
    })
    expect(found).toMatchObject([
      { name: 'OPENAI_API_KEY', state: 'ok', found: 'set' },
      { name: 'ANTHROPIC_API_KEY', state: 'missing', needed: false },
      { name: 'HF_TOKEN', state: 'missing' },
      { name: 'KKACHI_API_KEYS', state: 'missing' },
      { name: 'base URL', state: 'ok', found: 'https://h.example/v1, not asked (--online asks)' },
    ])
    expect(JSON.stringify(found)).not.toContain('Zq7v')
  })

  test('a key missing only where the model needs one', async () => {
    const key = async (model: string, baseUrl?: string) =>
      (await checkProvider(machine(), { model, baseUrl, online: false, signal }))[0]
    expect(await key('openai/gpt-4o')).toMatchObject({
      needed: true,
      remedy: expect.stringContaining('export OPENAI_API_KEY'),
    })
    expect(await key('openai/gpt-4o', 'http://localhost:1/v1')).toMatchObject({ needed: false })
    expect(await key('local/nano')).toMatchObject({ needed: false })
  })

  test.each([
    [200, 'ok', /answers$/, undefined],
    [401, 'broken', /status 401/, /export OPENAI_API_KEY/],
    [302, 'broken', /status 302/, /address/],
  ])('a provider that answers %i to be %s, when it is asked', async (status, state, found, remedy) => {
    const asked: [string, RequestInit][] = []
    const fetch: Machine['fetch'] = async (url, init) => {
      asked.push([url, init])
      return new Response(null, { status })
    }
    const environment = { OPENAI_API_KEY: 'the-key' }
    const check = { model: 'openai/m', baseUrl: 'http://h.example/v1/', online: true, signal }
    expect((await checkProvider(machine({ fetch, environment }), check)).at(-1)).toMatchObject({
      ...{ name: 'base URL', needed: true, state, found: expect.stringMatching(found) },
      ...(remedy && { remedy: expect.stringMatching(remedy) }),
    })
    expect(asked).toMatchObject([
      ['http://h.example/v1/models', { headers: { authorization: 'Bearer the-key' }, redirect: 'manual' }],
    ])
  })

  test('each provider at its own address, with its own key', async () => {
    const asked: [string, RequestInit][] = []
    const fetch: Machine['fetch'] = async (url, init) => {
      asked.push([url, init])
      return new Response(null, { status: 200 })
    }
    const environment = { OPENAI_API_KEY: 'one', ANTHROPIC_API_KEY: 'two', OPENAI_BASE_URL: 'http://h.example/v1' }
    for (const name of ['anthropic', 'ollama', 'llamacpp']) {
      const check = { model: `${name}/m`, baseUrl: undefined, online: true, signal }
      expect((await checkProvider(machine({ fetch, environment }), check)).at(-1)).toMatchObject({
        ...{ needed: true, state: 'ok', use: `where ${name}/… models are asked for, by the default` },
      })
    }
    expect(asked.map(([url, { headers }]) => [url, headers])).toEqual([
      ['https://api.anthropic.com/v1/models', { 'x-api-key': 'two', 'anthropic-version': '2023-06-01' }],
      ['http://localhost:11434/v1/models', {}],
      ['http://localhost:8080/v1/models', {}],
    ])
    const missing = await checkProvider(machine(), { model: 'anthropic/m', baseUrl: undefined, online: false, signal })
    expect(missing).toMatchObject([{ needed: false }, { name: 'ANTHROPIC_API_KEY', needed: true }, {}, {}, {}])
  })

  test('a provider that is down', async () => {
    const check = { model: 'openai/m', baseUrl: 'http://h.example/v1', online: true, signal }
    expect((await checkProvider(machine(), check)).at(-1)).toMatchObject({
      ...{ state: 'broken', found: 'http://h.example/v1 does not answer' },
    })
  })

  test('Chromium and a Python with DSPy, as far as they are there', async () => {
    const environment = { KKACHI_CHROMIUM: '/opt/chromium', KKACHI_PYTHON: '/opt/python' }
    const run = async (program: string) => (program === '/opt/python' ? '3.11.7\n3.4.1' : 'Chromium 156.0')
    expect(await checkPrograms(machine({ environment, run, exists: () => true }))).toMatchObject([
      { name: 'chromium', state: 'ok', found: 'Chromium 156.0, /opt/chromium' },
      { name: 'python', state: 'ok', found: '3.11.7, dspy 3.4.1' },
    ])
    expect(await checkPrograms(machine({ environment }))).toMatchObject([
      { state: 'broken', found: '/opt/chromium does not run', remedy: expect.stringContaining('KKACHI_CHROMIUM') },
      { state: 'missing', remedy: expect.stringContaining('pip install dspy==3.4.1') },
    ])
    for (const [said, state] of [
      ['3.11.7\n', 'missing'],
      ['3.12.0\n2.6.0', 'broken'],
    ] as const) {
      expect((await checkPrograms(machine({ run: async () => said })))[1]).toMatchObject({ state })
    }
  })

  test('folders that can be written, and those that cannot', async () => {
    const freeBytes = async (folder: string) => (folder === 'full' ? 10 : 5e9)
    expect(await checkFolders(machine({ freeBytes }), undefined)).toMatchObject([
      { name: 'this folder', state: 'ok', found: expect.stringMatching(/5000 MB free$/) },
      { name: 'cache', state: 'ok', found: 'in memory' },
    ])
    expect((await checkFolders(machine({ freeBytes }), 'full'))[1]).toMatchObject({ needed: true, state: 'broken' })
    expect((await checkFolders(machine(), 'locked'))[1]).toMatchObject({
      ...{ state: 'broken', found: expect.stringMatching(/locked cannot be written$/) },
      remedy: expect.stringContaining('mkdir -p locked'),
    })
  })
})
