/** What Workers import WebAssembly as. */
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

/** And what a rule of wrangler calls data. */
declare module '*.onnx' {
  const bytes: ArrayBuffer
  export default bytes
}
