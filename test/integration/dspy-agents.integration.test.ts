import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type AnyModule, loadProgram, reAct, reActTrajectory, saveProgram, tool } from '../../src/index.ts'
import { noDspy, run } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-dspy-agents-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Builds the same agents in DSPy, loads the file, prints what it knows of each predictor, and saves it again. */
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
}[sys.argv[1]]()
made.load(sys.argv[2])
print(json.dumps({
    name: {
        "instructions": predictor.signature.instructions,
        "fields": list(predictor.signature.fields),
        "demos": [dict(demo) for demo in predictor.demos],
    }
    for name, predictor in made.named_predictors()
}))
made.save(sys.argv[3])
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

const demos = [{ augmented: true, question: '日本?', trajectory: '[[ ## thought_0 ## ]]\nlook', answer: 7 }]

const taught = (made: AnyModule): AnyModule =>
  made.withState(Object.fromEntries(Object.entries(made.state).map(([path, state]) => [path, { ...state, demos }])))

const agents: readonly AnyModule[] = [
  reActTrajectory('question -> answer: int, source', { tools: [search] }),
  reAct('question -> answer: int, source', { tools: [search] }),
]

describe.skipIf(noDspy !== undefined)(
  `program files of agents and Python DSPy${noDspy === undefined ? '' : ` (${noDspy})`}`,
  () => {
    test.each(agents.map(agent => [agent.kind, taught(agent)] as const))(
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
            demos,
          },
        ])
        expect(known).toEqual(Object.fromEntries(expected))
        expect((await loadProgram(readFileSync(back, 'utf8'), made)).state).toEqual(made.state)
      },
    )
  },
)
