import { predict } from '../../src/modules/predict.ts'
import { saveProgram } from '../../src/modules/save-program.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Storage } from '../../src/ports/storage.ts'
import { createApp } from '../../src/server/app.ts'
import { programStore } from '../../src/server/program-store.ts'
import type { Failure, Services } from '../../src/server/services.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

export const key = 'key-of-the-tests-0123456789'
export const bearer = { authorization: `Bearer ${key}` }
export const json = { 'content-type': 'application/json' }

/** An answer in the format of `chat`. */
export const labeled = (label: string): string => `[[ ## label ## ]]\n${label}\n\n[[ ## completed ## ]]`

/** The file of a program that labels a text, told apart by its instructions. */
export const labeler = (instructions = 'Label the text.'): Promise<string> =>
  saveProgram(predict('text -> label', { instructions }))

export interface ServedOptions extends Partial<Omit<Services, 'model'>> {
  readonly model?: LanguageModel | Services['model']
  readonly storage?: Storage
}

/** An app on a memory store, and a way to ask it with the key of the tests. */
export const served = ({ model = scriptedModel(() => labeled('fine')), storage, ...rest }: ServedOptions = {}) => {
  const failures: Failure[] = []
  const programs = programStore(storage ?? memoryStorage())
  const app = createApp(() => ({
    programs,
    model: typeof model === 'function' ? model : () => model,
    apiKeys: [key],
    onFailure: failure => failures.push(failure),
    ...rest,
  }))
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    app.request(path, { ...init, headers: { ...bearer, ...(init.headers as Record<string, string>) } })
  return {
    app,
    ask,
    failures,
    programs,
    upload: async (name: string, file: string) =>
      ask(`/programs/${name}`, { method: 'PUT', headers: json, body: file }),
    run: async (path: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(`/programs/${path.replace(/(?=[?]|$)/, '/run')}`, {
        method: 'POST',
        headers: { ...json, ...headers },
        body: JSON.stringify(body),
      }),
  }
}

/** The code of the error a response tells. */
export const errorCode = async (response: Response): Promise<string> => {
  const { error } = (await response.json()) as { error: { code: string } }
  return error.code
}
