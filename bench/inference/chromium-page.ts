import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers'
import * as wasmRuntime from 'onnxruntime-web/wasm'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import { onnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import type { BenchModel } from './bench-model.ts'
import type { BenchPrompt } from './workload.ts'

/** What the page can be asked to do; both sides draw freely and greedily. */
export interface ChromiumPage {
  load(model: BenchModel): Promise<void>
  fromScratch(prompts: readonly BenchPrompt[], tokens: number): Promise<readonly (readonly number[])[]>
  ours(prompts: readonly BenchPrompt[], tokens: number): Promise<readonly (readonly number[])[]>
}

let theirs: Awaited<ReturnType<typeof AutoModelForCausalLM.from_pretrained>> | undefined
let network: Awaited<ReturnType<typeof onnxNetwork>> | undefined

const page: ChromiumPage = {
  async load(model) {
    env.allowLocalModels = true
    env.allowRemoteModels = false
    env.localModelPath = '/models/'
    const wasm = env.backends.onnx.wasm
    if (wasm !== undefined) Object.assign(wasm, { numThreads: 1, proxy: false, wasmPaths: '/runtime/' })
    theirs = await AutoModelForCausalLM.from_pretrained('bench', { dtype: 'fp32', device: 'wasm' })
    Object.assign(wasmRuntime.env.wasm, { numThreads: 1, proxy: false, wasmPaths: '/runtime/' })
    const graph = new Uint8Array(await (await fetch('/models/bench/onnx/model.onnx')).arrayBuffer())
    const runtime = await broughtOnnxRuntime('bench', 'onnxruntime-web', async () => wasmRuntime)
    network = await onnxNetwork({ id: 'bench', runtime, graph, shape: model, device: 'wasm', threads: 1 })
  },
  async fromScratch(prompts, tokens) {
    if (theirs === undefined) throw new Error('Load first.')
    const answers: number[][] = []
    for (const { tokens: prompt } of prompts) {
      const output = await theirs.generate({
        inputs: new Tensor('int64', BigInt64Array.from(prompt, BigInt), [1, prompt.length]),
        min_new_tokens: tokens,
        max_new_tokens: tokens,
        do_sample: false,
      } as Parameters<typeof theirs.generate>[0])
      answers.push(Array.from((output as Tensor).data as BigInt64Array, Number).slice(prompt.length))
    }
    return answers
  },
  async ours(prompts, tokens) {
    if (network === undefined) throw new Error('Load first.')
    const engine = inferenceEngine({ ...network, close: async () => {} })
    const answers = await Promise.all(
      prompts.map(async ({ tokens: prompt, shared }) => {
        const answer: number[] = []
        await engine.generate({
          prompt,
          shared,
          maxTokens: tokens,
          sampling: {
            temperature: 0,
            topP: 1,
            topK: 0,
            minP: 0,
            repetitionPenalty: 1,
            frequencyPenalty: 0,
            presencePenalty: 0,
            random: seededRandom(0),
          },
          endTokens: new Set(),
          onToken: ({ token }) => {
            answer.push(token)
            return false
          },
          priority: 0,
          signal: new AbortController().signal,
        })
        return answer
      }),
    )
    await engine.close()
    return answers
  },
}

Object.assign(globalThis, { bench: page })
