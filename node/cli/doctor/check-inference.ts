import type { Finding } from './finding.ts'
import { isObject } from './is-object.ts'
import type { Machine } from './machine.ts'

const library = '@huggingface/transformers'
const runtime = 'onnxruntime-node'

/** What local models run on: the library, the runtime below it, and its devices. */
export const checkInference = async (machine: Machine, needed: boolean): Promise<readonly Finding[]> => {
  const found = machine.findPackage(library)
  if (found === undefined) {
    return [
      {
        ...{ name: library, needed, state: 'missing', remedy: `npm install ${library}` },
        use: 'runs local models, local/nano among them',
      },
    ]
  }
  const transformers: Finding = {
    ...{ name: library, needed, state: 'ok', found: found.version, use: 'runs local models' },
  }
  return [transformers, ...(await checkRuntime(machine, needed, found.folder)), await checkGpu(machine)]
}

const checkRuntime = async (machine: Machine, needed: boolean, from: string): Promise<readonly Finding[]> => {
  const about = { name: runtime, needed, use: 'computes local models' }
  const found = machine.findPackage(runtime, from)
  if (found === undefined) return [{ ...about, state: 'missing', remedy: `npm install ${runtime}` }]
  let devices: readonly Device[]
  try {
    devices = devicesOf(machine.loadPackage(runtime, from))
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return [{ ...about, state: 'broken', found: `${found.version}: ${reason}`, remedy: `npm rebuild ${runtime}` }]
  }
  const names = devices.map(({ name, bundled }) => (bundled ? name : `${name} (needs its libraries)`))
  const hasGpu = devices.some(({ name }) => name === 'webgpu')
  return [
    {
      ...about,
      ...{ state: 'ok', found: `${found.version}: ${names.join(', ') || 'cpu'}` },
      use: 'computes local models, on the cpu: the device that is there everywhere, and where calls share their beginning',
    },
    {
      ...{ name: 'webgpu', needed: false, state: hasGpu ? 'ok' : 'missing' },
      ...(hasGpu && { found: `built into ${runtime}, not tried` }),
      use: "not used unless a program asks for it: localModel(name, { load: { device: 'webgpu' } })",
    },
  ]
}

const checkGpu = async (machine: Machine): Promise<Finding> => {
  const named = await machine.run('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader'])
  const found = named?.split('\n')[0]?.trim()
  return {
    ...{ name: 'gpu', needed: false, use: 'not used by local/nano, which is small; larger local models gain by one' },
    ...(found ? { state: 'ok', found } : { state: 'missing' }),
  }
}

interface Device {
  readonly name: string
  readonly bundled: boolean
}

const devicesOf = (loaded: object): readonly Device[] => {
  const list = 'listSupportedBackends' in loaded ? loaded.listSupportedBackends : undefined
  const devices: unknown = typeof list === 'function' ? list() : []
  return Array.isArray(devices)
    ? devices.filter(isObject).map(({ name, bundled }) => ({ name: String(name), bundled: bundled === true }))
    : []
}
