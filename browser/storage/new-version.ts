/** Of no two writes the same, in any tab; `randomUUID` is missing where a page came over plain HTTP. */
export const newVersion = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join('-')
