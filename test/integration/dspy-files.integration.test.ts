import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type AnyModule,
  bestOfN,
  chainOfThought,
  ensemble,
  labeledFewShot,
  loadProgram,
  majority,
  multiChainComparison,
  predict,
  program,
  refine,
  saveProgram,
} from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'
import { noDspy, run } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-dspy-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Builds the same programs in DSPy, loads the file, and prints what it knows of each predictor. */
const loadInDspy = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import dspy
class Two(dspy.Module):
    def __init__(self):
        super().__init__()
        self.hop = dspy.ChainOfThought("question -> query")
        self.steps = [dspy.Predict("context: list[str], question -> answer")]
        self.by_name = {"x": dspy.Predict("a -> b: int")}
reward = json.dumps  # never called; DSPy wants one whose source it can read
made = {
    "predict": lambda: dspy.Predict("text -> label: Literal['pos', 'neg'], score: float"),
    "chain": lambda: dspy.ChainOfThought("question -> answer"),
    "two": Two,
    "best": lambda: dspy.BestOfN(dspy.Predict("question -> answer"), N=3, reward_fn=reward, threshold=1.0),
    "refine": lambda: dspy.Refine(dspy.ChainOfThought("question -> answer"), N=3, reward_fn=reward, threshold=1.0),
    "compare": lambda: dspy.MultiChainComparison("question -> answer", M=2),
    "ensemble": lambda: dspy.Ensemble(reduce_fn=dspy.majority).compile(
        [dspy.Predict("question -> answer"), dspy.ChainOfThought("question -> answer")]
    ),
}[sys.argv[1]]()
made.load(sys.argv[2])
print(json.dumps({
    name: {
        "instructions": predictor.signature.instructions,
        "demos": [dict(demo) for demo in predictor.demos],
        "descriptions": [field.json_schema_extra["desc"] for field in predictor.signature.fields.values()],
        "lm": predictor.lm,
    }
    for name, predictor in made.named_predictors()
}))
made.save(sys.argv[3])
`

const classify = predict("text -> label: 'pos' | 'neg', score: float", { descriptions: { label: 'how it feels' } })
const chain = chainOfThought('question -> answer', {
  instructions: 'Answer in one word.\n\nBe sure: "quotes", \\ and 日本 🎉.',
})
const two = program(
  'question -> answer',
  {
    hop: chainOfThought('question -> query'),
    steps: [predict('context: list[str], question -> answer')],
    by_name: { x: predict('a -> b: int') },
  },
  async ({ question }, { steps }) => steps[0]({ context: [], question }),
)

const tries = { n: 3, reward: () => 1, threshold: 1 }
const best = bestOfN(predict('question -> answer'), tries)
const refined = refine(chainOfThought('question -> answer'), tries)
const compare = multiChainComparison('question -> answer', { attempts: 2 })
const voting = ensemble([predict('question -> answer'), chainOfThought('question -> answer')], { reduce: majority })

const demos = [
  { augmented: true, text: 'great', label: 'pos', score: 0.9, question: 'q', answer: 'a', reasoning: 'r' },
  { text: 'bad\nand ugly', label: 'neg', question: '日本?', answer: '🎉' },
]

const taught = <Program extends AnyModule>(made: Program): Program =>
  made.withState(
    Object.fromEntries(Object.entries(made.state).map(([path, state]) => [path, { ...state, demos }])),
  ) as Program

describe.skipIf(noDspy !== undefined)(
  `program files and Python DSPy${noDspy === undefined ? '' : ` (${noDspy})`}`,
  () => {
    test.each([
      ['predict', taught(classify)],
      ['chain', taught(chain)],
      ['two', taught(two)],
      ['best', taught(best)],
      ['refine', taught(refined)],
      ['compare', taught(compare)],
      ['ensemble', taught(voting)],
    ])(
      'a file of %s loads in DSPy with the same instructions, descriptions and demos, and comes back',
      async (name, made) => {
        const file = join(folder, `${name}.json`)
        const back = join(folder, `${name}-back.json`)
        writeFileSync(file, await saveProgram(made))
        const known = JSON.parse(run(loadInDspy, name, file, back))
        expect(known).toEqual(
          Object.fromEntries(
            made.predictors.map(({ path, state }) => [
              path,
              {
                instructions: state.signature.instructions,
                demos: state.demos,
                descriptions: state.signature.fields.map(field => field.description),
                lm: null,
              },
            ]),
          ),
        )
        expect((await loadProgram(readFileSync(back, 'utf8'), made)).state).toEqual(made.state)
      },
    )

    test('what an optimizer learned here answers there with the same prompt contents', async () => {
      const train = [
        { text: 'fine', label: 'pos', score: 1 },
        { text: 'poor', label: 'neg', score: 0 },
      ]
      const { program: learned } = await labeledFewShot().optimize(classify, {
        train,
        metric: () => true,
        model: scriptedModel([]),
      })
      const file = join(folder, 'learned.json')
      writeFileSync(file, await saveProgram(learned))
      const known = JSON.parse(run(loadInDspy, 'predict', file, join(folder, 'learned-back.json')))
      expect(known.self.demos).toEqual(learned.state.self?.demos)
    })
  },
)
