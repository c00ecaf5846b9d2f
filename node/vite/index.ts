/** The Vite plugin that makes modules of `.kkachi` files. */
export { type KkachiPluginOptions, kkachi } from './kkachi.ts'
