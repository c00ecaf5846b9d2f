import type { WorkersAiBinding } from '../../../worker/models/workers-ai-binding.ts'

// What Cloudflare binds is what the model takes.
export const ours = (theirs: Ai): WorkersAiBinding => theirs
