/** `.` and `..` are the two names that KV refuses; they and what follows them get one NUL more, so that all stay apart. */
const dots = /^\.\.?\0*$/

/** The name in KV of a key. Order and prefixes are kept. */
export const kvName = (key: string): string => (dots.test(key) ? `${key}\0` : key)

/** The key of a name in KV. */
export const nameKey = (name: string): string => (dots.test(name) && name.endsWith('\0') ? name.slice(0, -1) : name)

/** A prefix in KV under which the names of all keys with `prefix` stand, and maybe more. */
export const namePrefix = (prefix: string): string =>
  // Half a surrogate pair cannot be sent.
  isHighSurrogate(prefix.charCodeAt(prefix.length - 1)) ? prefix.slice(0, -1) : prefix

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
