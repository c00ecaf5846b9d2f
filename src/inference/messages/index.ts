/** How a model that lives in a worker and whoever asks it understand each other. */
export { type AskedModel, answerQuestion } from './answer-question.ts'
export { type ErrorData, errorData, errorFrom } from './error-data.ts'
export {
  type FromWorker,
  type ModelQuestion,
  type ModelReply,
  type SentRequest,
  sentRequest,
  type ToWorker,
} from './model-messages.ts'
