/** Answers that are hard to cut: several fields, nesting, markers inside values, odd units, fences, words around. */
export interface StreamedAnswer {
  readonly signature: string
  readonly text: string
  /** The last field, as its beginning is written; absent where an answer can only be told when it is over. */
  readonly last?: string
}

const three = "question -> thought, label: 'yes' | 'no', score: float"
const two = 'question -> first, second'
const nested = 'question -> title, people: list[dict[str, json]], counts: dict[str, int]'
const lists = 'question -> items: string[], note: string | null, done: bool'

const chatOf = (fields: Readonly<Record<string, string>>, lead = '', tail = '\n\n[[ ## completed ## ]]\n'): string =>
  `${lead}${Object.entries(fields)
    .map(([name, text]) => `[[ ## ${name} ## ]]\n${text}`)
    .join('\n\n')}${tail}`

const marker = (name: string): string => `[[ ## ${name} ## ]]`

export const chatAnswers: readonly StreamedAnswer[] = [
  { signature: three, text: chatOf({ thought: 'It is so.', label: 'yes', score: '0.5' }), last: marker('score') },
  { signature: three, text: chatOf({ label: 'no', score: '1', thought: 'late' }), last: marker('thought') },
  {
    signature: three,
    text: chatOf({ thought: 'a\r\n\r\nb', label: 'Yes.', score: ' 1,000 ' }).replaceAll('\n', '\r\n'),
  },
  { signature: two, text: chatOf({ first: 'one\n\n\ntwo  \n', second: ' x ' }), last: marker('second') },
  { signature: two, text: chatOf({ first: 'see [[ ## second ## ]] there', second: 'y' }), last: '\n[[ ## second' },
  {
    signature: two,
    text: chatOf({ first: '[[ ## [[ ## ##]] ]]', second: '[[ ## second' }),
    last: `\n${marker('second')}`,
  },
  { signature: two, text: chatOf({ first: '😀👩‍👩‍👧 日本', second: '\u{1F600}é' }), last: marker('second') },
  { signature: two, text: chatOf({ first: '```js\nif (a) {}\n```', second: 'z' }), last: marker('second') },
  { signature: two, text: `\`\`\`\n${chatOf({ first: 'fenced', second: 'all' })}\n\`\`\`` },
  { signature: two, text: chatOf({ first: 'a', second: 'b' }, '<think>[[ ## first ## ]]\nno</think>\n') },
  { signature: two, text: chatOf({ first: 'a', second: 'b' }, 'Sure, here it is:\n\n') },
  { signature: two, text: chatOf({ first: 'a', second: 'b' }, '', '\n[[ ## completed ## ]]\nBye now!') },
  { signature: two, text: chatOf({ first: 'a', second: 'b' }, '', '') },
  { signature: two, text: chatOf({ first: 'a', other: 'unasked', second: 'b' }) },
  {
    signature: two,
    text: `${chatOf({ first: 'a', second: 'b' }, '', '')}\n\n${chatOf({ first: 'again', second: 'more' })}`,
  },
  { signature: two, text: '**[[ ## first ## ]]**\na\n\n  [[##second##]] b [[ ## completed ## ]]' },
  { signature: two, text: '**first:** in bold\n\n**second:** as well' },
  {
    signature: nested,
    text: chatOf({ title: 'T', people: '[{"n": "A]"}]', counts: '{"a": 1}' }),
    last: marker('counts'),
  },
  { signature: nested, text: chatOf({ title: '', people: "```json\n[{'n': 1,}]\n```", counts: '{}' }) },
  { signature: lists, text: chatOf({ items: '["a", "b]]"]', note: 'None', done: 'True' }), last: marker('done') },
]

export const jsonAnswers: readonly StreamedAnswer[] = [
  { signature: three, text: '{"thought": "It is so.", "label": "yes", "score": 0.5}', last: '"score"' },
  { signature: three, text: '{"label":"no","score":1,"thought":"late"}', last: '"thought"' },
  {
    signature: three,
    text: '{\r\n  "thought": "a",\r\n  "label": "Yes.",\r\n  "score": "1,000"\r\n}',
    last: '"score"',
  },
  { signature: two, text: '{"first": "one\\n\\ntwo  ", "second": " x "}', last: '"second"' },
  { signature: two, text: '{"first": "the key \\"second\\": \\"no\\"}", "second": "y"}', last: '"second": "y"' },
  { signature: two, text: '{"first": "{ [ \\\\ , }", "second": "]}"}', last: '"second"' },
  { signature: two, text: '{"first": "😀👩‍👩‍👧 日本", "second": "\\ud83d\\ude00\\u00e9"}', last: '"second"' },
  { signature: two, text: '{"first": "```js\\nif (a) {}\\n```", "second": "z"}', last: '"second"' },
  { signature: two, text: '```json\n{"first": "fenced", "second": "all"}\n```', last: '"second"' },
  { signature: two, text: '<think>{"first": "no"}</think>\n{"first": "a", "second": "b"}', last: '"second": "b"' },
  { signature: two, text: 'Sure, here it is: {"first": "a", "second": "b"}' },
  { signature: two, text: '{"first": "a", "second": "b"}\nBye now! {"first": "c"}', last: '"second"' },
  { signature: two, text: '{"first": "a", "second": "b', last: '"second"' },
  { signature: two, text: '{"first": "a", "other": {"second": 1}, "second": "b"}', last: '"second": "b"' },
  { signature: two, text: '{"first": "a", "first": "again", "second": "b"}', last: '"second"' },
  { signature: two, text: "{'first': 'a', second: 'b',}" },
  { signature: two, text: '{"first": "say "hi" to", "second": "b"}' },
  { signature: nested, text: '{"title": "T", "people": [{"n": "A]"}], "counts": {"a": 1}}', last: '"counts"' },
  { signature: nested, text: '{"title": 5, "people": [], "counts": {} } trailing', last: '"counts"' },
  { signature: lists, text: '{"items": ["a", "b]]"], "note": null, "done": true}', last: '"done"' },
]

export const xmlAnswers: readonly StreamedAnswer[] = [
  {
    signature: three,
    text: '<thought>\nIt is so.\n</thought>\n\n<label>yes</label><score>0.5</score>',
    last: '<score>',
  },
  { signature: three, text: '<label>no</label><score>1</score><thought>late</thought>', last: '<thought>' },
  {
    signature: three,
    text: '<thought>\r\na\r\nb\r\n</thought>\r\n<label>Yes.</label>\r\n<score> 1,000 </score>',
    last: '<score>',
  },
  { signature: two, text: '<first>one\n\n\ntwo  \n</first> <second> x </second>', last: '<second>' },
  { signature: two, text: '<first>see <second>no</second> there</first><second>y</second>', last: '<second>y' },
  { signature: two, text: '<first>a <first>b</first> c</first><second>a < b && c <</second>', last: '<second>' },
  {
    signature: two,
    text: '<first>😀👩‍👩‍👧 日本</first><second>&#x1F600;é&#65; &amp;amp; &nbsp;</second>',
    last: '<second>',
  },
  { signature: two, text: '<first>\n```js\nif (a < b) {}\n```\n</first><second>z</second>', last: '<second>' },
  { signature: two, text: '```xml\n<first>fenced</first>\n<second>all\n```', last: '<second>' },
  { signature: two, text: '<think><first>no</first></think>\n<first>a</first><second>b</second>', last: '<second>' },
  { signature: two, text: 'Sure, here it is: `<first>`\n<first>a</first><second>b</second>', last: '<second>' },
  { signature: two, text: '<first>a</first><second>b</second>\nBye now! & <first>c</first>', last: '<second>' },
  { signature: two, text: '<first>a</first><second>b</seco', last: '<second>' },
  {
    signature: two,
    text: '<answer><first lang="e>n">a</first ><other>unasked</other><second/></answer>',
    last: '<second',
  },
  { signature: two, text: '<first>a <first> tag</first></first> <second>b <second> tag</second>' },
  {
    signature: two,
    text: '<first><![CDATA[</first> & ]] ]]></first><second>x<!-- no </b> -->y<!-- z</second>',
    last: '<second>',
  },
  {
    signature: nested,
    text: '<title>T</title><people><item><n>A & B</n></item></people><counts><a>1</a></counts>',
    last: '<counts>',
  },
  {
    signature: nested,
    text: '<title/><people>[{"n": "</people"}]</people><counts>{"a": 1}</counts>',
    last: '<counts>',
  },
  { signature: lists, text: '<items>a</items><items>b <i>c</i></items><note/><done>True</done>', last: '<done>' },
  {
    signature: lists,
    text: '<items><item>a</item>\n<item>b</item></items><note>n<done>yes</done></note><done>no',
    last: '<done>no',
  },
]
