/** Node's cryptography, loaded where it is first used: loading it takes several milliseconds of every start. */
export const nodeCrypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')
