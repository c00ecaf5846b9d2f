import { parseJson } from '../../data/safe-json.ts'
import { attentionRoom } from '../attention-room.ts'
import type { WeightType } from '../backend-config.ts'
import type { ModelFiles } from '../model-files.ts'
import { graphFiles } from '../onnx/load-network.ts'
import { readNetworkShape } from '../onnx/read-network-shape.ts'
import type { ModelNeed } from './model-need.ts'

/** Bytes of a weight, scales included. */
const bytesOfWeight: Readonly<Record<WeightType, number>> = { fp32: 4, fp16: 2, q8: 1.1, q4: 0.65, q4f16: 0.6 }

const types: readonly WeightType[] = ['q4f16', 'q4', 'fp16', 'q8', 'fp32']

/**
 * What a model takes, by its `config.json` and the graphs there are: an estimate, made before anything large is fetched.
 *
 * @param wanted `weights` where only those come into question, and `attentionBytes` where the memory for attention is bounded
 * @throws RuntimeError `runtime/model-files`
 */
export const needOfFiles = async (
  files: ModelFiles,
  wanted: { readonly weights?: WeightType | undefined; readonly attentionBytes?: number | undefined },
): Promise<ModelNeed> => {
  const { weights, attentionBytes } = wanted
  const config = await files.read('config.json')
  const { layers, heads, stateHeads, headWidth, vocabularySize, window } = readNetworkShape(config, 'config.json')
  const told = parseJson(new TextDecoder().decode(config))
  const width = numberOf(told, 'hidden_size') ?? heads * headWidth
  const inner = numberOf(told, 'intermediate_size') ?? 4 * width
  const attention = width * headWidth * (2 * heads + 2 * stateHeads)
  const parameters = vocabularySize * width + layers * (attention + 3 * width * inner)
  const there: WeightType[] = []
  for (const type of types) if (type === weights || (await files.has(graphFiles[type]))) there.push(type)
  const usable = weights === undefined ? there : [weights]
  const bytesPerSlot = 2 * layers * stateHeads * headWidth * 4
  return {
    // Where no graph is found, loading says which one it looked for.
    weights: Object.fromEntries(
      (usable.length === 0 ? (['fp32'] as const) : usable).map(type => [type, parameters * bytesOfWeight[type]]),
    ),
    bytesPerSlot,
    slots: Math.max(1, Math.floor((attentionBytes ?? attentionRoom({ bytesPerSlot, window })) / bytesPerSlot)),
  }
}

const numberOf = (config: unknown, name: string): number | undefined => {
  const value: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, name) : undefined
  return typeof value === 'number' ? value : undefined
}
