/** A remote model behind an OpenAI-compatible endpoint. */
export interface Remote {
  readonly baseUrl: string
  readonly fetch: typeof fetch
}

export type Classify = (text: string) => Promise<string>

/** What the model's message looks like in the format each library asks for by default. The answer is always the same. */
export const answers = {
  json: '{"label":"positive"}',
  lines: 'Label: positive',
  sections: '[[ ## label ## ]]\npositive\n\n[[ ## completed ## ]]',
} as const

export type AnswerFormat = keyof typeof answers

/** One program, "text -> label", written as the library's users write it. */
export interface Peer {
  readonly name: string
  readonly format: AnswerFormat
  readonly module: string
}

/** In the order of the table. */
export const peers = [
  { name: 'bare fetch', format: 'json', module: 'bare-fetch' },
  { name: 'Kkachi', format: 'sections', module: 'kkachi' },
  { name: 'instructor-js', format: 'json', module: 'instructor' },
  { name: 'Vercel AI SDK', format: 'json', module: 'ai-sdk' },
  { name: 'Ax', format: 'lines', module: 'ax' },
] as const satisfies readonly Peer[]

export const dspy = { name: 'DSPy', format: 'sections' } as const

/** The program of a peer, ready to be called. */
export const classifierOf = async ({ module }: Peer, remote: Remote): Promise<Classify> => {
  const { classifier }: { classifier: (remote: Remote) => Classify } = await import(`./peers/${module}.ts`)
  return classifier(remote)
}
