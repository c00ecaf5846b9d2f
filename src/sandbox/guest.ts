import { guestWords } from './guest-words.ts'

/**
 * The code that meets the user's inside the engine. It keeps its own hold of what it needs before the user's code runs,
 * and speaks with the host in one text, whose first letter says what follows: `v` a value as JSON, `e` what was thrown,
 * `f` that there is no such function, `n` that the value is no JSON, `p` that nothing came yet.
 *
 * Called with (module, name, arguments as JSON) it runs, with (error) it keeps that as what was thrown, with nothing it
 * tells how things stand. All that could run code of the user, from a getter to a `toString`, runs in here.
 */
export const guest: string = `(() => {
  'use strict'
  const { parse, stringify } = JSON
  const text = String
  const slice = Function.prototype.call.bind(String.prototype.slice)
  delete globalThis.performance
  let outcome = 'p'
  ${guestWords}
  const thrown = error => {
    outcome = told(error)
  }
  const run = async (module, name, args) => {
    try {
      const callee = (await module)[name]
      if (typeof callee !== 'function') outcome = 'f'
      else {
        const json = stringify(await callee(...parse(args)))
        outcome = json === undefined ? 'n' : 'v' + json
      }
    } catch (error) {
      thrown(error)
    }
  }
  return (...given) => {
    if (given.length === 3) run(...given)
    else if (given.length === 1) thrown(given[0])
    return outcome
  }
})()`
