/** Lets work on one key wait for the work on it that came before; other keys do not wait. */
export type KeyTurns = <T>(key: string, work: () => Promise<T>) => Promise<T>

export const keyTurns = (): KeyTurns => {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve())
      .catch(() => {}) // told to whoever came before
      .then(work)
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}
