/**
 * Text as it was meant where it stands indented in code: without the margin its lines share after the first, without
 * blank lines around it; tabs count up to the next multiple of eight, as in Python's `inspect.cleandoc`.
 */
export const dedent = (text: string): string => {
  const [first = '', ...rest] = text.split(/\r\n?|\n/).map(expandTabs)
  const margin = Math.min(...rest.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length))
  const lines = [
    first.trimStart(),
    ...rest.map(line => (margin === Number.POSITIVE_INFINITY ? line : line.slice(margin))),
  ]
  const start = lines.findIndex(line => line.trim() !== '')
  const end = lines.findLastIndex(line => line.trim() !== '')
  return lines
    .slice(Math.max(start, 0), end + 1)
    .join('\n')
    .trimEnd()
}

const expandTabs = (line: string): string => {
  const [head = '', ...cells] = line.split('\t')
  return cells.reduce((done, cell) => done.padEnd((Math.floor(done.length / 8) + 1) * 8) + cell, head)
}
