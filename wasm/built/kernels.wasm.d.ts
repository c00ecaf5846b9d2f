/** The kernels, where a bundler imports WebAssembly compiled, as those for Workers do. */
declare const kernels: object
export default kernels
