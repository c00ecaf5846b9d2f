/** The engine of grammars, where a bundler imports WebAssembly compiled, as those for Workers do. */
declare const engine: object
export default engine
