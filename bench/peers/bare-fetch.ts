import type { Classify, Remote } from '../peer.ts'

/** What anyone would write without a library, and the unit the others are measured in. */
export const classifier = ({ baseUrl, fetch }: Remote): Classify => {
  const instructions =
    'Say whether the text is positive or negative. Answer with JSON: {"label": "positive" | "negative"}'
  return async text => {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [
          { role: 'system', content: instructions },
          { role: 'user', content: text },
        ],
      }),
    })
    const { choices } = await response.json()
    return JSON.parse(choices[0].message.content).label
  }
}
