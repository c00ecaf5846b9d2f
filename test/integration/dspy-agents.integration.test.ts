import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type AnyModule,
  codeAct,
  flex,
  loadProgram,
  programOfThought,
  reAct,
  reActTrajectory,
  rlm,
  saveProgram,
  tool,
} from '../../src/index.ts'
import { noDspy, run } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-dspy-agents-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Builds the same modules in DSPy, loads the file, prints what it knows of each predictor, and saves it again. */
const loadInDspy = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import dspy
def search(query: str, k: int = 3) -> list[str]:
    """Search documents."""
    return []
made = {
    "re-act": lambda: dspy.ReAct("question -> answer: int, source", tools=[search]),
    "re-act-v2": lambda: dspy.ReActV2("question -> answer: int, source", tools=[search]),
    "program-of-thought": lambda: dspy.ProgramOfThought("question -> answer: int, source"),
    "code-act": lambda: dspy.CodeAct("question -> answer: int, source", tools=[search]),
    "rlm": lambda: dspy.RLM("question -> answer: int, source"),
}[sys.argv[1]]()
made.load(sys.argv[2])
print(json.dumps({
    name: {
        "instructions": predictor.signature.instructions,
        "fields": list(predictor.signature.fields),
        "descriptions": [field.json_schema_extra["desc"] for field in predictor.signature.fields.values()],
        "demos": [dict(demo) for demo in predictor.demos],
    }
    for name, predictor in made.named_predictors()
}))
made.save(sys.argv[3])
`

const loadFlex = `
import sys, warnings
warnings.filterwarnings("ignore")
import dspy
made = dspy.Flex("question -> answer")
made._module_src = None
made.load(sys.argv[1])
sys.stdout.write(made.module_src)
`

const search = tool({
  name: 'search',
  description: 'Search documents.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string' }, k: { type: 'integer', default: 3 } },
    required: ['query'],
  },
  run: () => [],
})

const demos = [
  {
    augmented: true,
    question: '日本?',
    trajectory: '[[ ## thought_0 ## ]]\nlook',
    generated_code: 'SUBMIT({ answer: `${7}` })',
    answer: 7,
  },
]

const taught = (made: AnyModule): AnyModule =>
  made.withState(Object.fromEntries(Object.entries(made.state).map(([path, state]) => [path, { ...state, demos }])))

const modules: readonly AnyModule[] = [
  reActTrajectory('question -> answer: int, source', { tools: [search] }),
  reAct('question -> answer: int, source', { tools: [search] }),
  programOfThought('question -> answer: int, source'),
  codeAct('question -> answer: int, source', { tools: [search] }),
  rlm('question -> answer: int, source'),
]

describe.skipIf(noDspy !== undefined)(
  `program files of agents and Python DSPy${noDspy === undefined ? '' : ` (${noDspy})`}`,
  () => {
    test.each(modules.map(made => [made.kind, taught(made)] as const))(
      'a file of %s loads in DSPy with the same instructions, fields and demos, and comes back',
      async (kind, made) => {
        const file = join(folder, `${kind}.json`)
        const back = join(folder, `${kind}-back.json`)
        writeFileSync(file, await saveProgram(made))
        const known = JSON.parse(run(loadInDspy, kind, file, back))
        const expected = made.predictors.map(({ path, state, signature }) => [
          path,
          {
            instructions: state.signature.instructions,
            fields: [...signature.inputs, ...signature.outputs].map(({ name }) => name),
            descriptions: state.signature.fields.map(({ description }) => description),
            demos,
          },
        ])
        expect(known).toEqual(Object.fromEntries(expected))
        expect((await loadProgram(readFileSync(back, 'utf8'), made)).state).toEqual(made.state)
      },
    )

    test('a flex that DSPy wrote comes back to DSPy with its source, through a program file of ours', async () => {
      const written = readFileSync(new URL('../vectors/dspy-samples/flex.json', import.meta.url), 'utf8')
      const file = join(folder, 'flex.json')
      writeFileSync(file, await saveProgram(await loadProgram(written, flex('question -> answer'))))
      const source = run(loadFlex, file)
      expect(source).toBe(JSON.parse(written).module_src)
    })
  },
)
