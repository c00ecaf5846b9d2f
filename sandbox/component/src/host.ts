/** What the host gives: the imports of `wit/world.wit`. */
export interface Host {
  /** @throws what the host's error says */
  readonly generate: (request: string) => string
  readonly now: () => number
  readonly next: () => number
}
