import type { GpuBuffer } from './onnx-runtime.ts'

/** A device of WebGPU, by the members that networks need. */
export interface GpuDevice {
  readonly limits: { readonly maxStorageBufferBindingSize: number }
  readonly queue: { submit(commands: readonly unknown[]): void }
  readonly lost: Promise<{ readonly message: string }>
  createBuffer(options: { readonly size: number; readonly usage: number }): GpuBuffer
  createCommandEncoder(): GpuCommands
  destroy(): void
}

export interface GpuCommands {
  copyBufferToBuffer(source: GpuBuffer, from: number, target: GpuBuffer, to: number, bytes: number): void
  finish(): unknown
}
