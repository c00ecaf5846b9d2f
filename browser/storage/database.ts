import { promisifyRequest } from 'idb-keyval'

/** What is kept for a key. */
export interface Entry {
  readonly value: Uint8Array<ArrayBuffer>
  readonly version: string
  /** Milliseconds since 1970; absent for never. */
  readonly expires?: number
}

export const entriesName = 'entries'
export const expiresName = 'expires'

/**
 * Opens the database of a store when it is first needed, and again when the browser has closed it. Work that begins
 * while the connection closes is begun once more.
 */
export const database = (name: string) => {
  let opening: Promise<IDBDatabase> | undefined

  const open = (): Promise<IDBDatabase> => {
    if (opening) return opening
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(entriesName).createIndex(expiresName, expiresName)
    }
    const own = promisifyRequest(request)
    const forget = (): void => {
      if (opening === own) opening = undefined
    }
    own.then(connection => {
      connection.onclose = forget
      // Whoever deletes or changes the database must not wait for us.
      connection.onversionchange = () => {
        connection.close()
        forget()
      }
    }, forget)
    opening = own
    return own
  }

  return async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
    try {
      return (await open()).transaction(entriesName, mode).objectStore(entriesName)
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error
      opening = undefined // closing: it is opened anew
      return (await open()).transaction(entriesName, mode).objectStore(entriesName)
    }
  }
}
