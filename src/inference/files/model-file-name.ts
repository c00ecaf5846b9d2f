import { RuntimeError } from '../../errors/runtime-error.ts'

/** No path of a model's file is longer, in UTF-16 code units. */
const longest = 512

/**
 * The name of a model's file, once it is seen to lead nowhere else: relative, in `/`, of plain parts.
 *
 * Refused are an empty name or part, `.` and `..`, a `/` before the first part, `\`, `:` (drives, streams and schemes), `%`
 * (what is decoded once more, by a server say, would be another name), `?`, `#`, and control characters.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const modelFileName = (place: string, name: string): string => {
  const reason = reasonToRefuse(name)
  if (reason === undefined) return name
  throw new RuntimeError(
    'runtime/model-files',
    `A file of the model in ${place} is called ${JSON.stringify(name.slice(0, 200))}, which ${reason}. Expected a relative name like onnx/model.onnx that stays in its place; do not load this model unless you know who made it.`,
  )
}

const reasonToRefuse = (name: string): string | undefined => {
  if (name.length > longest) return `is longer than ${longest} characters`
  if (/[\\:%?#]/.test(name) || Array.from(name, code).some(isControl)) return 'has a character that is refused'
  const parts = name.split('/')
  if (parts[0] === '' && parts.length > 1) return 'is absolute'
  if (parts.includes('..')) return 'leads out of its place'
  return parts.includes('') || parts.includes('.') ? 'has an empty part' : undefined
}

const code = (character: string): number => character.codePointAt(0) ?? 0

const isControl = (point: number): boolean => point < 0x20 || point === 0x7f
