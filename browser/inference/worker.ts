import { browserModel } from './browser-model.ts'
import type { ModelSettings } from './model-settings.ts'
import { serveModel } from './serve-model.ts'

const open = ({ data }: MessageEvent<ModelSettings>): void => {
  const model = browserModel(data, event => self.postMessage({ type: 'happened', event }))
  serveModel(model, self)
}

self.addEventListener('message', open, { once: true })
