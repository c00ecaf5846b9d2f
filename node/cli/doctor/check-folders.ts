import { resolve } from 'node:path'
import type { Finding } from './finding.ts'
import type { Machine } from './machine.ts'

const megabyte = 1_000_000

/** Whether answers and programs can be kept. */
export const checkFolders = async (machine: Machine, cache: string | undefined): Promise<readonly Finding[]> => {
  const places = [{ name: 'this folder', folder: '.', use: 'where program files and runs are written', needed: false }]
  if (cache !== undefined && cache !== 'off')
    places.push({ name: 'cache', folder: cache, use: 'where answers are kept between runs', needed: true })
  const found = await Promise.all(
    places.map(async ({ name, folder, use, needed }): Promise<Finding> => {
      const free = await machine.freeBytes(folder)
      const path = resolve(folder)
      return free !== undefined && free >= megabyte
        ? { ...{ name, needed, use }, state: 'ok', found: `${path}, ${Math.floor(free / megabyte)} MB free` }
        : {
            ...{ name, needed, use, state: 'broken', remedy: `mkdir -p ${folder} && chmod u+w ${folder}` },
            found: `${path} ${free === undefined ? 'cannot be written' : 'is full'}`,
          }
    }),
  )
  return cache === undefined || cache === 'off'
    ? [
        ...found,
        {
          name: 'cache',
          needed: false,
          state: 'ok',
          found: 'in memory',
          use: 'answers end with the command; --cache DIR keeps them',
        },
      ]
    : found
}
