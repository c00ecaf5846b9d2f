import { writeFile } from 'node:fs/promises'
import { auto, evaluate, exactMatch, predict, saveProgram } from 'kkachi'
import { loadRows, localModel } from 'kkachi/node'

const model = localModel('nano') // or: openaiCompatible({ model: 'gpt-4o-mini', apiKey })
const metric = exactMatch()
const rows = (part: string) => loadRows(`examples/data/routing/${part}.jsonl`)
const [train, dev, test] = [await rows('train'), await rows('dev'), await rows('test')]

const classify = predict('text -> label')
const { program } = await auto({ seed: 1 }).optimize(classify, { train, dev, metric, model, budget: { calls: 600 } })

const before = await evaluate(classify, { examples: test, metric, model })
const after = await evaluate(program, { examples: test, metric, model })
console.log(`held-out: ${before.score.toFixed(2)} before, ${after.score.toFixed(2)} after`)

await writeFile('classify.json', await saveProgram(program))
console.log(await program.run({ text: 'My card was charged twice, and I want the money back.' }, { model }))
