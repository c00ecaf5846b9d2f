// Modules compare answers too, a level below.
export { normalizeAnswer, normalizedWords } from '../data/normalize-answer.ts'
