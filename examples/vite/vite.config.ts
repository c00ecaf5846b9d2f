// npx vite examples/vite (in a clone, after npm run build)
import { kkachi } from 'kkachi/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [kkachi()] })
