// In Workers a WebAssembly file is imported compiled.
declare module '*/quickjs.wasm' {
  const module: object
  export default module
}
