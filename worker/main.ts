// What is deployed, and nothing beside it: what `kkachi/worker` offers to other Workers stays out of this one.
export { default } from './index.ts'
