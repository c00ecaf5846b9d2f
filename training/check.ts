// Real inference on the dev sets: exact match of greedy answers, as transformers.js gives them. Run: node training/check.ts [ROWS]
import { AutoModelForCausalLM, AutoTokenizer, env, type PreTrainedModel, type Tensor } from '@huggingface/transformers'
import { asksForNoThought } from './any-episode.ts'
import { conditions, devPrompts, tasks } from './conditions.ts'

const rows = Number(process.argv[2] ?? '100')
env.allowRemoteModels = false
env.localModelPath = new URL('../models/', import.meta.url).pathname

const tokenizer = await AutoTokenizer.from_pretrained('nano')
const model: PreTrainedModel = await AutoModelForCausalLM.from_pretrained('nano', { dtype: 'fp32', device: 'cpu' })

const answer = async (chat: Parameters<typeof tokenizer.apply_chat_template>[0], rendered: string): Promise<string> => {
  const text = tokenizer.apply_chat_template(chat, {
    ...{ add_generation_prompt: true, tokenize: false, enable_thinking: false },
  })
  if (text !== rendered) throw new Error('The chat template of models/nano differs from training/chat-template.ts.')
  const inputs = tokenizer(rendered, { add_special_tokens: false })
  const output = (await model.generate({ ...inputs, max_new_tokens: 48, do_sample: false })) as Tensor
  const length = Number(inputs.input_ids.dims[1])
  return tokenizer.decode(output.slice(null, [length, Number(output.dims[1])]), { skip_special_tokens: true })
}

console.log(['condition', ...tasks].map((name, column) => name.padEnd(column === 0 ? 24 : 10)).join(''))
for (const condition of conditions) {
  const cells: string[] = []
  for (const task of tasks) {
    const prompts = devPrompts(task, condition).slice(0, rows)
    let right = 0
    for (const { chat, messages, answer: wanted } of prompts)
      if ((await answer([...chat] as never, asksForNoThought(messages))) === wanted) right++
    cells.push(((100 * right) / prompts.length).toFixed(0))
  }
  console.log([condition.name, ...cells].map((cell, column) => cell.padEnd(column === 0 ? 24 : 10)).join(''))
}
