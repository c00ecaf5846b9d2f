// What Vite makes of an import; `sentiment-data` is `examples/data/sentiment`, see browser/vite.config.ts.
declare module '*?raw' {
  const text: string
  export default text
}
