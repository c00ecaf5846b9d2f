import type { Completion } from '../ports/language-model.ts'

/** Whether a completion ended as it should and says nothing: a limit or a filter may leave nothing to say, this may not. */
export const isSilent = ({ text, reasoning, toolCalls, finishReason }: Completion): boolean =>
  text === '' &&
  reasoning === undefined &&
  toolCalls === undefined &&
  (finishReason === 'stop' || finishReason === 'other')
