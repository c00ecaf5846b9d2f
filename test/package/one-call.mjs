// One call of the built package and one stream, as a user's own file has them: `node one-call.mjs BASE_URL ENTRY…`.
const [, , baseUrl, ...entries] = process.argv

// Node sets up its own fetch, encoders and hashes when they are first used: that is done before anything is counted.
await (await fetch(baseUrl)).text()
await new Response(new Blob(['x']).stream().pipeThrough(new TransformStream())).text()
await crypto.subtle.digest('SHA-256', new TextEncoder().encode('x'))
structuredClone(new Map([[performance.now(), new AbortController().signal.aborted]]))

const watch = globalThis[Symbol.for('kkachi.test')]
watch?.begin()

const { openaiCompatible, predict, retried, cached, loadProgram, saveProgram } = await import('kkachi')
for (const entry of entries) await import(entry)

const classify = predict("text -> label: 'odd' | 'even'")
const context = { model: cached(retried(openaiCompatible({ model: 'pupil', baseUrl }))) }
const { label } = await classify.run({ text: 'the number 5' }, context)
const again = await loadProgram(await saveProgram(classify))
const kept = await again.run({ text: 'the number 5' }, context)
const streamed = []
for await (const event of classify.stream({ text: 'the number 10' }, context)) streamed.push(event.type)

console.log(JSON.stringify({ label, kept: kept.label, last: streamed.at(-1), ...watch?.end() }))
