import { type CodeRanges, joined, others } from './pattern-node.ts'

const code = (letter: string): number => letter.charCodeAt(0)

const digits: CodeRanges = [[0x30, 0x39]]

/** What `\w` is, as in JavaScript: letters of ASCII, digits and `_`. */
export const wordCodes: CodeRanges = /* @__PURE__ */ joined([
  ...digits,
  [code('A'), code('Z')],
  [code('a'), code('z')],
  [code('_'), code('_')],
])

const lineEnds: CodeRanges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x20_28, 0x20_29],
]

const blanks: CodeRanges = /* @__PURE__ */ joined([
  ...lineEnds,
  [0x09, 0x0c],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x16_80, 0x16_80],
  [0x20_00, 0x20_0a],
  [0x20_2f, 0x20_2f],
  [0x20_5f, 0x20_5f],
  [0x30_00, 0x30_00],
  [0xfe_ff, 0xfe_ff],
])

/** What `.` is: everything that does not end a line. */
export const anyCode: CodeRanges = /* @__PURE__ */ others(lineEnds)

/** The classes that a letter behind a backslash stands for. */
export const escapedClasses: ReadonlyMap<string, CodeRanges> = /* @__PURE__ */ new Map([
  ['d', digits],
  ['D', /* @__PURE__ */ others(digits)],
  ['w', wordCodes],
  ['W', /* @__PURE__ */ others(wordCodes)],
  ['s', blanks],
  ['S', /* @__PURE__ */ others(blanks)],
])

/** The characters that a letter behind a backslash stands for. */
export const escapedCodes: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['f', 0x0c],
  ['v', 0x0b],
])
