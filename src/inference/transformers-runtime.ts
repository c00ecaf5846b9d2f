/**
 * The part of @huggingface/transformers that local models need, by shape: the library itself is injected, so that the
 * core neither carries nor loads it. Checked against 4.3.1.
 */
export interface TransformersRuntime {
  readonly AutoTokenizer: { from_pretrained(id: string, options: LoadOptions): Promise<Tokenizer> }
  readonly AutoModelForCausalLM: { from_pretrained(id: string, options: LoadOptions): Promise<CausalModel> }
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => RuntimeTensor
  readonly DynamicCache: new (entries?: Readonly<Record<string, RuntimeTensor>>) => RuntimeCache
}

export interface LoadOptions {
  readonly dtype?: string
  readonly device?: string
  readonly local_files_only?: boolean
  /** Of a repository on the hub: a branch, a tag or a commit. */
  readonly revision?: string
  readonly session_options?: Readonly<Record<string, unknown>>
}

export interface RuntimeTensor {
  readonly data: Float32Array | Float16Array | BigInt64Array | Int32Array
  readonly dims: readonly number[]
  /** Where the numbers are: `cpu`, `cpu-pinned`, `gpu-buffer`, `ml-tensor`, … Only those on the CPU have `data`. */
  readonly location: string
  dispose(): void
  /** The numbers of logits in another precision; absent where there is only one. */
  to?(type: 'float32'): RuntimeTensor
}

/**
 * The attention state of one generation. `generate` changes it in place: a step disposes the tensors on the GPU that it
 * replaces. What is in it at the end stays alive until its owner disposes it, and with it only what is on the GPU.
 */
export interface RuntimeCache {
  dispose(): Promise<void>
}

export interface Tokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): readonly (number | bigint)[]
  decode(tokens: readonly number[], options: { readonly skip_special_tokens: boolean }): string
  apply_chat_template(
    messages: readonly { readonly role: string; readonly content: string }[],
    options: {
      readonly tokenize: false
      readonly add_generation_prompt: boolean
      readonly enable_thinking?: boolean
    },
  ): string
}

export interface CausalModel {
  (inputs: Readonly<Record<string, RuntimeTensor | RuntimeCache>>): Promise<Readonly<Record<string, RuntimeTensor>>>
  generate(options: Readonly<Record<string, unknown>>): Promise<unknown>
  readonly config: { readonly max_position_embeddings?: number }
  readonly generation_config?: { readonly eos_token_id?: number | readonly number[] | null } | null
}

/** Present in newer engines only; named so that this file compiles without them. */
interface Float16Array {
  readonly length: number
  readonly byteLength: number
  readonly [index: number]: number
}
