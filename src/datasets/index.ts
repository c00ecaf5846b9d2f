/** Data sets of the field, cut as DSPy cuts them, from rows of files or of Hugging Face. */
export { colors } from './colors.ts'
export { type GradeSchoolProblem, gsm8k, gsm8kMetric, gsm8kNumber } from './gsm8k.ts'
export { type HotPotQuestion, hotPotQa } from './hot-pot-qa.ts'
export { type HuggingFaceOptions, huggingFaceRows } from './hugging-face-rows.ts'
export { boxedAnswer, type MathProblem, mathProblems } from './math-problems.ts'
