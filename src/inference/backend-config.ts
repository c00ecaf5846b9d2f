/** Precision of weights, by the name of the file that has it: `model_q4f16.onnx`. */
export type WeightType = 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16'

/** Where a model runs, and why there. */
export type BackendConfig = (
  | { readonly kind: 'gpu'; readonly device: string; readonly weights: WeightType; readonly hidesSubgroups?: boolean }
  | { readonly kind: 'cpu'; readonly threads: number; readonly weights: WeightType }
  | { readonly kind: 'remote' }
) & {
  /** One sentence each, in the order they were weighed. */
  readonly reasons: readonly string[]
  /** Tokens that the attention memory may hold at most; as many as the model wants when absent. */
  readonly slots?: number
}

/** What happens to a local model, for logs and progress bars. */
export type LocalModelEvent =
  | { readonly type: 'backend'; readonly backend: BackendConfig }
  | { readonly type: 'progress'; readonly file: string; readonly loaded: number; readonly total: number | undefined }
  | { readonly type: 'ready'; readonly loadMs: number; readonly bytes: number }
  /** It goes on with less: a smaller dtype or memory, another backend, calls held to less of their tools. */
  | { readonly type: 'degraded'; readonly from: string; readonly to: string; readonly reason: string }
  | { readonly type: 'unloaded' }
