import { readFile } from 'node:fs/promises'
import type { ModelFiles } from '../../../src/inference/model-files.ts'
import type { ExpectedLogits } from '../../contracts/network-contract.ts'

/** The files of a tiny network of test/vectors/networks. */
export const tinyNetworkFiles = (network: string): ModelFiles => ({
  place: `networks/${network}`,
  has: async name =>
    readFile(pathOf(network, name)).then(
      () => true,
      () => false,
    ),
  read: async name => new Uint8Array(await readFile(pathOf(network, name))),
  digest: async () => '0'.repeat(64),
})

export const expectedLogits = async (network: string): Promise<ExpectedLogits> =>
  JSON.parse(await readFile(pathOf(network, 'expected.json'), 'utf8')) as ExpectedLogits

const pathOf = (network: string, name: string): URL =>
  new URL(`../../vectors/networks/${network}/${name}`, import.meta.url)
