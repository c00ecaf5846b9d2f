/** A file beyond this is no program of ours: it is not read. */
const maxFileBytes = 5 * 2 ** 20

/** Gives a program file to the user. */
export const download = (text: string, name: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/**
 * The text of a file the user chose.
 *
 * @throws RangeError for a file that is far too large
 */
export const textOfFile = (file: File): Promise<string> => {
  if (file.size > maxFileBytes) {
    throw new RangeError(`The file has ${file.size} bytes; a program file has a few thousand. Choose another.`)
  }
  return file.text()
}
