import { maxJsonDepth } from '../data/safe-json.ts'
import { DataError } from '../errors/data-error.ts'
import { readTag } from './xml-tag.ts'
import { cdata, comment, decodeXml } from './xml-text.ts'

/** An element of an answer. */
export interface XmlElement {
  readonly name: string
  /** The attribute `key` of an entry whose name is no name in XML. */
  readonly key?: string
  readonly children: readonly XmlElement[]
  /** Whether there is text beside the children. */
  readonly mixed: boolean
  /** What it says, markup inside it as it is written, blanks around it dropped. */
  readonly text: string
}

interface Open {
  readonly name: string
  readonly key: string | undefined
  readonly from: number
  readonly children: XmlElement[]
  mixed: boolean
}

/**
 * The elements in the content of a field. What is not closed ends with what it stands in; a closing tag that belongs to
 * nothing is text.
 *
 * @throws DataError `data/unsafe` for elements nested too deep
 */
export const readXmlTree = (markup: string, name: string): XmlElement => {
  const root: Open = { name, key: undefined, from: 0, children: [], mixed: false }
  const stack: Open[] = [root]
  const top = (): Open => stack.at(-1) ?? root
  const close = (to: number): void => {
    const element = stack.pop() ?? root
    top().children.push(elementOf(element, markup.slice(element.from, to)))
  }
  const text = (from: number, to: number): void => {
    const open = top()
    if (!open.mixed && markup.slice(from, to).trim() !== '') open.mixed = true
  }
  let at = 0
  while (at < markup.length) {
    const next = markup.indexOf('<', at)
    text(at, next < 0 ? markup.length : next)
    if (next < 0) break
    at = next
    const verbatim = [cdata, comment].find(({ open }) => markup.startsWith(open, at))
    if (verbatim !== undefined) {
      if (verbatim === cdata) top().mixed = true
      const end = markup.indexOf(verbatim.close, at)
      at = end < 0 ? markup.length : end + verbatim.close.length
      continue
    }
    const tag = readTag(markup, at)
    const length = typeof tag === 'object' ? tag.length : 1
    if (typeof tag !== 'object') top().mixed = true
    else if (tag.kind === 'close') {
      if (stack.some((open, index) => index > 0 && open.name === tag.name)) {
        while (top().name !== tag.name) close(at)
        close(at)
      } else top().mixed = true
    } else {
      if (stack.length > maxJsonDepth) {
        throw new DataError('data/unsafe', `The answer is nested deeper than ${maxJsonDepth} levels. Flatten it.`)
      }
      stack.push({
        name: tag.name,
        key: tag.key === undefined ? undefined : decodeXml(tag.key),
        from: at + length,
        children: [],
        mixed: false,
      })
      if (tag.kind === 'empty') close(at + length)
    }
    at += length
  }
  while (stack.length > 1) close(markup.length)
  return elementOf(root, markup)
}

const elementOf = ({ name, key, children, mixed }: Open, markup: string): XmlElement => ({
  name,
  ...(key !== undefined && { key }),
  children,
  mixed,
  get text() {
    return decodeXml(markup).trim()
  },
})
