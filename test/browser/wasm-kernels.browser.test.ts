import { wasmKernels } from '../../src/kernels/wasm-kernels.ts'
import { describeKernels } from '../contracts/kernels-contract.ts'

describeKernels('the kernels in WebAssembly, in Chromium', async () => {
  const answer = await fetch(new URL('../../wasm/built/kernels.wasm', import.meta.url))
  return wasmKernels(await answer.arrayBuffer())
})
