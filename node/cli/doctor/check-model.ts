import { join } from 'node:path'
import { KkachiError, type LanguageModel } from '../../../src/index.ts'
import { localModel } from '../../models/local-model.ts'
import { modelsFolder } from '../../models/named-files.ts'
import { packageRoot } from '../../package-root.ts'
import type { Finding } from './finding.ts'
import type { Machine } from './machine.ts'

const patienceMs = 60_000

/** Whether the embedded model loads and answers, and in what time. */
export const checkNano = async (
  machine: Machine,
  { needed, signal, model = localModel('nano') }: NanoCheck,
): Promise<Finding> => {
  const about = { name: 'local/nano', needed, use: 'the embedded model: the default, offline' }
  const startedAt = machine.now()
  try {
    const { completions } = await model.generate({
      messages: [{ role: 'user', content: 'Say yes.' }],
      ...{ maxTokens: 4, deadlineMs: patienceMs, signal },
    })
    const ms = Math.round(machine.now() - startedAt)
    if (completions[0].text === '' && completions[0].finishReason !== 'stop') return { ...about, state: 'broken' }
    return { ...about, state: 'ok', found: `loads and answers in ${ms} ms` }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const hasFiles = machine.exists(join(packageRoot(), 'models', 'nano', 'onnx', 'model.onnx'))
    return {
      ...about,
      state: hasFiles ? 'broken' : 'missing',
      found: KkachiError.is(error) ? `${error.message} [${error.code}]` : String(error),
      remedy: hasFiles ? 'npm install onnxruntime-node' : 'npm ci   # in a whole checkout, or: npm install kkachi',
    }
  }
}

/** Where another local model would come from; undefined for what is none. */
export const checkLocalFiles = (machine: Machine, model: string): Finding | undefined => {
  if (!model.startsWith('local/') || model === 'local/nano') return undefined
  const source = model.slice('local/'.length)
  const about = { name: model, needed: true, use: 'the local model that --model names' }
  if (machine.exists(join(source, 'config.json'))) return { ...about, state: 'ok', found: `the folder ${source}` }
  return {
    ...{ ...about, needed: false, state: 'missing', found: 'no folder here' },
    use: `downloaded from the hub at the first call, and kept in ${modelsFolder(machine.environment)}`,
    remedy: `kkachi run --model ${model} --signature "text -> label" --input '{"text": "a"}'   # downloads it, unless it is kept`,
  }
}

export interface NanoCheck {
  readonly needed: boolean
  readonly signal: AbortSignal
  readonly model?: LanguageModel
}
