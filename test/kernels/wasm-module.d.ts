// In Workers a WebAssembly file is imported compiled.
declare module '*/kernels.wasm' {
  const module: object
  export default module
}
