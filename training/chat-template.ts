import type { Message } from '../src/ports/message.ts'

/** Qwen3's turn markers around messages; what models/nano/tokenizer_config.json says in Jinja. */
export const chatText = (messages: readonly Message[]): string =>
  messages.map(({ role, content }) => `<|im_start|>${role}\n${String(content)}<|im_end|>\n`).join('')

export const generationPrompt = '<|im_start|>assistant\n'
