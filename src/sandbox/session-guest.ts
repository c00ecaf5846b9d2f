import { guestWords } from './guest-words.ts'

/**
 * The code that meets a session's pieces inside the engine, as `guest.ts` does for one call. It keeps its own hold of what
 * it needs before any piece runs, and speaks with the host in texts only. Called with a command it answers:
 *
 * - `define` (JSON of `{ variables, functions }`): puts them, `print`, `console` and `SUBMIT` into the world.
 * - `begin`: a piece is about to run.
 * - `run` (what the engine made of a piece: a promise), `throw` (an error): from now on `state` tells how that stands.
 * - `state`: `c` and a call that waits for the host (number, name, arguments, on lines); else `p` nothing came yet, `v` a
 *   value as JSON, `u` none that JSON has, `l` one too large, `s` what was submitted as JSON, `e` what was thrown.
 * - `answer` (JSON of `{ id, ok, value }`): the host's answer to a call.
 * - `output`: what was printed since, as JSON of `[text, whether all of it]`.
 *
 * All that could run code of the pieces, from a getter to a `toString`, runs in here.
 *
 * @param most what a text that goes out may have, in units of UTF-16
 * @param mostCalls of functions of the host
 */
export const sessionGuest = (most: number, mostCalls: number): string => `(() => {
  'use strict'
  const { parse, stringify } = JSON
  const text = String
  const slice = Function.prototype.call.bind(String.prototype.slice)
  const define = Object.defineProperty
  const [NativePromise, NativeMap, NativeSet] = [Promise, Map, Set]
  const [NativeError, NativeRangeError, NativeTypeError] = [Error, RangeError, TypeError]
  delete globalThis.performance

  let outcome = 'p'
  let submitted
  let printed = ''
  let isWhole = true
  let calls = 0
  let piece = 0
  let first
  let last
  const waiting = { __proto__: null }
  const theEnd = new NativeError('SUBMIT ends the code here.')

  const plain = (_key, value) => {
    if (typeof value === 'bigint') return text(value)
    return value instanceof NativeMap || value instanceof NativeSet ? [...value] : value
  }
  ${guestWords}
  const thrown = error => {
    if (error !== theEnd || submitted === undefined) outcome = told(error)
  }

  const shown = value => {
    if (typeof value === 'string') return value
    if (typeof value === 'bigint') return text(value) + 'n'
    if (typeof value === 'function') return '[function ' + word(value.name, 100) + ']'
    if (typeof value !== 'object' || value === null) return text(value)
    if (value instanceof NativePromise) return '[a promise: await it]'
    if (value instanceof NativeError) return word(value.name, 100) + ': ' + word(value.message, 1000)
    try {
      return stringify(value, plain) ?? text(value)
    } catch {
      return word(value, 1000)
    }
  }
  const print = (...values) => {
    if (!isWhole) return
    for (let index = 0; index < values.length; index += 1) printed += (index === 0 ? '' : ' ') + shown(values[index])
    printed += '\\n'
    if (printed.length <= ${most}) return
    printed = slice(printed, 0, ${most})
    isWhole = false
  }
  const SUBMIT = (...given) => {
    const json = stringify(given.length === 1 ? given[0] : given, plain)
    if (json === undefined || given.length === 0) throw new NativeTypeError('Expected SUBMIT({ name: value, ... }).')
    if (json.length > ${most}) throw new NativeRangeError('What was submitted is larger than ${most} letters.')
    submitted ??= 's' + json
    throw theEnd
  }
  const hostFunction = name => {
    const called = async (...given) => {
      const json = stringify(given, plain)
      if (json.length > ${most}) throw new NativeRangeError('The arguments are larger than ${most} letters.')
      if (calls >= ${mostCalls}) throw new NativeRangeError('No more than ${mostCalls} calls of functions are allowed.')
      calls += 1
      return new NativePromise((resolve, reject) => {
        waiting[calls] = { __proto__: null, resolve, reject }
        const call = { __proto__: null, said: 'c' + calls + '\\n' + name + '\\n' + json, next: undefined }
        if (first === undefined) first = call
        else last.next = call
        last = call
      })
    }
    define(called, 'name', { __proto__: null, value: name })
    return called
  }
  const put = (name, value) =>
    define(globalThis, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true })

  const commands = {
    __proto__: null,
    define: json => {
      const { variables, functions } = parse(json)
      put('print', print)
      put('console', { log: print, info: print, warn: print, error: print, debug: print })
      put('SUBMIT', SUBMIT)
      for (const [name, value] of variables) put(name, value)
      for (const name of functions) put(name, hostFunction(name))
    },
    begin: () => {
      outcome = 'p'
      submitted = undefined
      piece += 1
    },
    run: async promise => {
      const own = piece // one that nothing settled may come to its end while a later one runs
      try {
        // The engine wraps the value, so that one with a \`then\` is not called.
        let { value } = await promise
        if (value instanceof NativePromise) value = await value
        const json = stringify(value, plain)
        if (own === piece) outcome = json === undefined ? 'u' : json.length > ${most} ? 'l' : 'v' + json
      } catch (error) {
        if (own === piece) thrown(error)
      }
    },
    throw: thrown,
    state: () => {
      if (first === undefined) return submitted ?? outcome
      const { said, next } = first
      first = next
      return said
    },
    answer: json => {
      const { id, ok, value } = parse(json)
      const { resolve, reject } = waiting[id]
      delete waiting[id]
      if (ok) resolve(value)
      else reject(new NativeError(value))
    },
    output: () => {
      const told = stringify([printed, isWhole])
      printed = ''
      isWhole = true
      return told
    },
  }
  return (command, given) => commands[command](given)
})()`
