import type { Context } from '../ports/context.ts'

/** The path of a lone predictor, and of `state` under it. */
export const self = 'self'

/** The path of `name` inside `prefix`; `self` stands for the prefix itself. */
export const joinPath = (prefix: string | undefined, name: string): string => {
  if (prefix === undefined) return name
  if (name === self) return prefix
  return name.startsWith('[') ? prefix + name : `${prefix}.${name}`
}

/** The full path of the predictor a module calls `name`, in the run that `context` belongs to. */
export const predictorPath = (context: Context, name: string): string => joinPath(context.path, name)
