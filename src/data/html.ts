/** A piece of HTML that is safe to put into more HTML. */
export interface Html {
  readonly html: string
}

/**
 * HTML from a template; every value put in is escaped, unless it is HTML itself.
 *
 * @example
 * html`<p>${textFromAnybody}</p>`
 */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html => ({
  html: parts.map((part, index) => part + (index < values.length ? rendered(values[index] ?? '') : '')).join(''),
})

const rendered = (value: string | number | Html | readonly Html[]): string => {
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return 'html' in value ? value.html : value.map(piece => piece.html).join('')
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
