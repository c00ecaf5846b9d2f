/** What the doctor found of one thing. */
export interface Finding {
  /** `node`, `python`, `OPENAI_API_KEY`, … */
  readonly name: string
  /** `missing` where it is not there, `broken` where it is and does not work. */
  readonly state: 'ok' | 'missing' | 'broken'
  /** Whether what the flags ask for needs it. */
  readonly needed: boolean
  /** A version, a place, a number; never what a secret variable holds. */
  readonly found?: string
  /** What it is for, or why it is used or not. */
  readonly use: string
  /** The command that mends it. */
  readonly remedy?: string
}
