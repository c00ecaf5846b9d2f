import { wasmKernels } from '../../src/kernels/wasm-kernels.ts'
import module from '../../wasm/built/kernels.wasm'
import { describeKernels } from '../contracts/kernels-contract.ts'

describeKernels('the kernels in WebAssembly, in workerd', () => wasmKernels(module))
