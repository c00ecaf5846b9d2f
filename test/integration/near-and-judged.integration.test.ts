import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { applyMetric } from '../../src/evaluation/metric.ts'
import {
  completeAndGrounded,
  embeddings,
  functionEmbedder,
  knn,
  knnDemos,
  knnFewShot,
  lexicalEmbedder,
  loadProgram,
  predict,
  saveProgram,
  semanticF1,
} from '../../src/index.ts'
import { answeringModel } from '../evaluation/answering-model.ts'
import { noDspy, run } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-near-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Twenty pairs of answers, some of them off the scale. */
const shares = Array.from(
  { length: 20 },
  (_, row) => [((row * 7) % 23) / 20 - 0.05, ((row * 11) % 19) / 15 - 0.1] as const,
)

describe.skipIf(noDspy !== undefined)(`beside Python DSPy${noDspy === undefined ? '' : ` (${noDspy})`}`, () => {
  test('semanticF1 and completeAndGrounded score the same answers alike', async () => {
    const program = `
import json, sys, dspy
from dspy.evaluate import SemanticF1, CompleteAndGrounded
from dspy.utils import DummyLM
shares = json.loads(sys.argv[1])
example = dspy.Example(question="q", response="r")
pred = dspy.Prediction(response="p", context=["c"])
out = []
for a, b in shares:
    row = []
    with dspy.context(lm=DummyLM([{"reasoning": "x", "recall": str(a), "precision": str(b)}] * 2)):
        row.append(SemanticF1()(example, pred).score)
        row.append(bool(SemanticF1()(example, pred, trace=[]).score))
    lm = DummyLM([
        {"reasoning": "x", "ground_truth_key_ideas": "i", "system_response_key_ideas": "i", "discussion": "d", "completeness": str(a)},
        {"reasoning": "x", "system_response_claims": "i", "discussion": "d", "groundedness": str(b)},
    ])
    with dspy.context(lm=lm):
        row.append(CompleteAndGrounded()(example, pred).score)
    out.append(row)
print(json.dumps(out))
`
    const expected: readonly (readonly [number, boolean, number])[] = JSON.parse(run(program, JSON.stringify(shares)))
    expect(expected).toHaveLength(shares.length)
    const example = { question: 'q', response: 'r' }
    const prediction = { response: 'p', context: ['c'] }
    for (const [row, [a, b]] of shares.entries()) {
      const [semantic = Number.NaN, passed, grounded = Number.NaN] = expected[row] ?? []
      const ours = await applyMetric(
        semanticF1({ model: answeringModel({ recall: a, precision: b }) }),
        example,
        prediction,
      )
      expect(ours.score).toBeCloseTo(semantic, 12)
      expect(ours.passed).toBe(passed)
      const model = answeringModel((_, call) =>
        call === 1
          ? { reference_ideas: 'i', answer_ideas: 'i', comparison: 'd', completeness: a }
          : { claims: 'i', support: 'd', groundedness: b },
      )
      expect((await applyMetric(completeAndGrounded({ model }), example, prediction)).score).toBeCloseTo(grounded, 12)
    }
  })

  test('knn and embeddings find the same rows and passages', async () => {
    const texts = Array.from(
      { length: 30 },
      (_, row) => `row ${(row * row * 31 + row * 7) % 997} of ${'abcdefgh'[row % 8]} ${row}`,
    )
    const queries = Array.from({ length: 10 }, (_, row) => `what of row ${row * 83} and ${'hgfedcba'[row % 8]}?`)
    const vector = (text: string): number[] =>
      Array.from({ length: 12 }, (_, place) =>
        [...text].reduce((sum, letter, at) => sum + Math.sin((letter.charCodeAt(0) * (place + 1) + at) * 0.37), 0),
      )
    const known: Record<string, number[]> = {}
    for (const text of texts) known[`question: ${text}`] = vector(`question: ${text}`)
    for (const text of queries) known[`question: ${text}`] = vector(`question: ${text}`)
    for (const text of [...texts, ...queries]) known[text] = vector(text)
    const file = join(folder, 'vectors.json')
    writeFileSync(file, JSON.stringify({ known, texts, queries }))
    const program = `
import json, sys, numpy as np, dspy
from dspy.retrievers import EmbeddingsWithScores
data = json.load(open(sys.argv[1]))
embedder = dspy.Embedder(lambda texts: np.array([data["known"][text] for text in texts], dtype=np.float32))
train = [dspy.Example(question=text, answer=str(i)).with_inputs("question") for i, text in enumerate(data["texts"])]
knn = dspy.KNN(4, train, embedder)
search = EmbeddingsWithScores(data["texts"], embedder, k=4)
out = []
for query in data["queries"]:
    found = search(query)
    out.append([[int(e.answer) for e in knn(question=query)], [int(i) for i in found.indices], [float(s) for s in found.scores]])
print(json.dumps(out))
`
    const expected: readonly (readonly [number[], number[], number[]])[] = JSON.parse(run(program, file))
    const embedder = functionEmbedder({ id: 'test/known', embed: asked => asked.map(text => known[text] ?? []) })
    const near = knn({ k: 4, trainset: texts.map(question => ({ question })), embedder, inputs: ['question'] })
    const search = embeddings(texts, embedder, { k: 4 })
    for (const [row, query] of queries.entries()) {
      const [rows = [], indices = [], scores = []] = expected[row] ?? []
      expect((await near.nearest({ question: query })).map(({ index }) => index)).toEqual(rows)
      const found = await search.retrieve(query)
      expect(found.indices).toEqual(indices)
      for (const [place, score] of scores.entries()) expect(found.scores[place]).toBeCloseTo(score, 5)
    }
  })

  test('a program that knows near rows goes to Python and back', async () => {
    const train = [
      { text: 'win a prize', label: 'spam' },
      { text: 'lunch at noon', label: 'ham' },
    ]
    const model = answeringModel({ label: 'spam' })
    const { program } = await knnFewShot({ k: 1, embedder: lexicalEmbedder() }).optimize(predict('text -> label'), {
      train,
      metric: (example, prediction) => example.label === prediction.label,
      model,
    })
    const [ours, theirs] = [join(folder, 'ours.json'), join(folder, 'theirs.json')]
    writeFileSync(ours, await saveProgram(program))
    run('import sys, dspy; p = dspy.Predict("text -> label"); p.load(sys.argv[1]); p.save(sys.argv[2])', ours, theirs)
    // DSPy keeps what it does not know of a list it has, and drops a key of ours.
    const back = knnDemos(await loadProgram(readFileSync(theirs, 'utf8'), predict('text -> label')), {
      embedder: lexicalEmbedder(),
      k: 1,
    })
    expect(back.state.self?.train).toEqual(program.state.self?.train)
    const asked = answeringModel({ label: 'ham' })
    await back.run({ text: 'lunch?' }, { model: asked })
    expect(asked.calls[0]?.messages.some(({ content }) => String(content).includes('lunch at noon'))).toBe(true)
  })
})
