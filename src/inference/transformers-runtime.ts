/** What @huggingface/transformers is told when it loads. */
export interface LoadOptions {
  readonly dtype?: string
  readonly device?: string
  readonly local_files_only?: boolean
  /** Of a repository on the hub: a branch, a tag or a commit. */
  readonly revision?: string
  readonly session_options?: Readonly<Record<string, unknown>>
}
