import type { BackendConfig } from '../backend-config.ts'

/** A backend in a few words, for events and logs: `webgpu with q4f16, without subgroups`. */
export const backendText = (backend: BackendConfig): string => {
  if (backend.kind === 'remote') return 'remote'
  const room = backend.slots === undefined ? '' : `, room for ${backend.slots} tokens`
  if (backend.kind === 'cpu') {
    const threads = backend.threads === 1 ? 'one thread' : `${backend.threads} threads`
    return `the CPU with ${backend.weights} on ${threads}${room}`
  }
  return `${backend.device} with ${backend.weights}${backend.hidesSubgroups ? ', without subgroups' : ''}${room}`
}
