import { ModelError } from '../errors/model-error.ts'
import type { ModelCapabilities } from '../ports/language-model.ts'
import type { ContentPart, Message } from '../ports/message.ts'

/**
 * Refuses parts that a model is known not to take; where nothing is known they are sent.
 *
 * @throws ModelError `model/unsupported`
 */
export const refuseParts = (messages: readonly Message[], capabilities: ModelCapabilities): void => {
  for (const { content } of messages) {
    if (typeof content === 'string') continue
    for (const { type } of content) if (isRefused(type, capabilities)) throw unsupported(type)
  }
}

const isRefused = (type: ContentPart['type'], { images, audio, files }: ModelCapabilities): boolean =>
  type === 'image' ? images === false : type === 'audio' ? audio === false : type === 'file' && files === false

const unsupported = (type: string): ModelError =>
  new ModelError(
    'model/unsupported',
    `The model takes no ${type === 'audio' ? type : `${type}s`}, and an input has one. Leave it out, or choose another model.`,
    { model: 'unknown', attempts: 0 },
  )
