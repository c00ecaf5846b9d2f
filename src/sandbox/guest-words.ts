/**
 * What the guests have in common: `word(value, longest)` makes a text of anything without throwing, `told(error)` says what was
 * thrown as the host reads it. To stand where `text`, `slice` and `stringify` are the guest's own hold of them.
 */
export const guestWords: string = `  const word = (value, longest) => {
    try {
      return slice(text(value), 0, longest)
    } catch {
      return ''
    }
  }
  const told = error => {
    const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function'
    const read = key => {
      try {
        return error[key]
      } catch {
        return ''
      }
    }
    return (
      'e' +
      stringify({
        name: isObject ? word(read('name'), 100) : error === null ? 'null' : typeof error,
        message: isObject ? word(read('message'), 1000) : word(error, 1000),
        stack: isObject ? word(read('stack'), 2000) : '',
      })
    )
  }`
