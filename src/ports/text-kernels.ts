/** Loops over long texts that WebAssembly may take over. */
export interface TextKernels {
  /** Insertions, deletions and replacements of code points that make one text the other (Levenshtein). */
  editDistance(left: string, right: string): number
}
