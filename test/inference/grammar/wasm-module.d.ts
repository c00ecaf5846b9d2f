// In Workers a WebAssembly file is imported compiled.
declare module '*/grammar.wasm' {
  const module: object
  export default module
}
