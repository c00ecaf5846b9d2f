/**
 * JSON with the keys of every object in code-unit order: equal values, equal text, whatever order they were written in.
 *
 * What JSON leaves out (undefined, functions) is left out here too.
 */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'undefined'
