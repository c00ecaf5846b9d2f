/** Who was asked, and where. */
interface Asked {
  readonly model: string
  /** Scheme, host and port, without secrets; absent where nobody knows. */
  readonly origin?: string | undefined
}

/** A model with where it is asked, for errors that the place has to do with. */
export const namedAt = ({ model, origin }: Asked): string => (origin === undefined ? model : `${model} at ${origin}`)
