// Modules that try again need it too, a level below.
export { isSystemic } from '../errors/is-systemic.ts'
