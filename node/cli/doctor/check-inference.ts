import type { Finding } from './finding.ts'
import { isObject } from './is-object.ts'
import type { Machine } from './machine.ts'

const runtime = 'onnxruntime-node'
const fallback = 'onnxruntime-web'

/** What local models run on: the runtime, what is used where it is not installed, and its devices. */
export const checkInference = async (machine: Machine, needed: boolean): Promise<readonly Finding[]> => [
  ...checkRuntime(machine, needed),
  await checkGpu(machine),
]

const checkRuntime = (machine: Machine, needed: boolean): readonly Finding[] => {
  const about = { name: runtime, needed, use: 'computes local models, local/nano among them' }
  const found = machine.findPackage(runtime)
  if (found === undefined) {
    const instead = machine.findPackage(fallback)
    const missing: Finding = {
      ...{ ...about, needed: needed && instead === undefined, state: 'missing', remedy: `npm install ${runtime}` },
    }
    if (instead === undefined) return [missing]
    const use = `computes local models by its WebAssembly, slower than ${runtime} would`
    return [missing, { name: fallback, needed, state: 'ok', found: instead.version, use }]
  }
  let devices: readonly Device[]
  try {
    devices = devicesOf(machine.loadPackage(runtime))
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
      use: 'computes local models, on the cpu: the device that is there everywhere',
    },
    {
      ...{ name: 'webgpu', needed: false, state: hasGpu ? 'ok' : 'missing' },
      ...(hasGpu && { found: `built into ${runtime}, not tried` }),
      use: "weighed against the cpu by models of 8 MiB and more; localModel(name, { device: 'webgpu' }) insists",
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
