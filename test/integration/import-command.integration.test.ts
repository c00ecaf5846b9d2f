import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { main } from '../../node/cli/main.ts'
import { chainOfThought, type Example, importedProgram, predict, program, saveProgram } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing/index.ts'
import { testTerminal } from '../node/cli/test-terminal.ts'
import { noDspy, python, run } from './python.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-import-command-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const guide = readFileSync(new URL('../../docs/guide/import-from-dspy.md', import.meta.url), 'utf8')
/** The first block of a language in the guide. */
const block = (language: string): string => guide.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''

writeFileSync(at('reviews.py'), block('python'))
writeFileSync(
  at('programs.py'),
  `
import dspy

class Rag(dspy.Module):
    def __init__(self):
        super().__init__()
        self.hop = dspy.ChainOfThought("question -> query")
        self.answer = dspy.Predict("context: list[str], question -> answer")

class Empty(dspy.Module):
    def forward(self):
        pass

class Reader(dspy.ChatAdapter):
    def parse(self, signature, completion):
        return {}

class Counting(dspy.ChatAdapter):
    asked = 0
    def user_message_output_requirements(self, signature):
        Counting.asked += 1
        return f"Request {Counting.asked}"

def with_adapter(adapter):
    dspy.configure(adapter=adapter)
    return dspy.Predict("a -> b")

def reader():
    return with_adapter(Reader())

def counting():
    return with_adapter(Counting())

def two_step():
    return with_adapter(dspy.TwoStepAdapter(dspy.LM("openai/none")))

def broken():
    raise RuntimeError("no such luck")

def tools():
    return dspy.Predict(dspy.Signature({"tools": (list[dspy.Tool], dspy.InputField()), "a": (str, dspy.OutputField())}))

number = 3
`,
)
writeFileSync(at('syntax.py'), 'x = \n')
// A Python that sees no installed packages.
writeFileSync(at('bare-python'), `#!/bin/sh\nexec "${python}" -S "$@"\n`, { mode: 0o755 })

const importing = async (source: string, ...more: readonly string[]) => {
  const terminal = testTerminal({ environment: { KKACHI_PYTHON: python } })
  const args = ['import', '--program', source, '--out', at('out.json'), ...more]
  const code = await main(args, terminal, new AbortController().signal)
  return { code, terminal }
}

/** The messages that DSPy sends when a program is called: what its model is asked. */
const askedInDspy = `
import importlib.util, json, sys
import dspy
spec = importlib.util.spec_from_file_location("reviews", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
class Listening(dspy.BaseLM):
    def forward(self, prompt=None, messages=None, **options):
        print(json.dumps(messages))
        raise SystemExit(0)
program = getattr(module, sys.argv[2])
if callable(program) and not isinstance(program, dspy.Module):
    program = program()
program(**json.loads(sys.argv[3]), lm=Listening("listening"))
`

describe.skipIf(noDspy !== undefined)(`kkachi import${noDspy === undefined ? '' : ` (${noDspy})`}`, () => {
  test('brings the program of the guide over: it asks what the same program in Python asks', async () => {
    const [, source = ''] = block('sh').match(/--program (\S+)/) ?? []
    const input: Example = JSON.parse(block('sh').match(/--input '(.*)'/)?.[1] ?? '')
    const { code, terminal } = await importing(at(source))
    expect(terminal.stderr()).toBe('')
    expect(code).toBe(0)
    expect(terminal.stdout()).toContain('chain-of-thought with one predictor')
    const judge = await importedProgram(readFileSync(at('out.json'), 'utf8'))
    const asked = JSON.parse(run(askedInDspy, at('reviews.py'), 'judge', JSON.stringify({ ...input, stars: 4.5 })))
    expect(judge.predictors[0]?.prompt({ ...input, stars: 4.5 }).messages).toEqual(asked)
    const answer = '[[ ## reasoning ## ]]\nWarm.\n\n[[ ## verdict ## ]]\ngood\n\n[[ ## completed ## ]]'
    expect(await judge.run(input, { model: scriptedModel([answer]) })).toEqual({ reasoning: 'Warm.', verdict: 'good' })

    const shown = testTerminal()
    const flags = ['--program', at('out.json'), '--input', JSON.stringify(input), '--print-prompt', '--json']
    expect(await main(['run', ...flags], shown, new AbortController().signal)).toBe(0)
    expect(shown.lines()[0]?.messages).toEqual(judge.predictors[0]?.prompt(input).messages)
  })

  test('what was imported and saved again loads in DSPy', async () => {
    await importing(`${at('reviews.py')}:judge`)
    const judge = await importedProgram(readFileSync(at('out.json'), 'utf8'))
    writeFileSync(at('again.json'), await saveProgram(judge, { adapter: 'frozen' }))
    const code = `
import importlib.util, sys
spec = importlib.util.spec_from_file_location("reviews", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.judge.load(sys.argv[2])
print(len(module.judge.predict.demos), module.judge.predict.signature.instructions)
`
    expect(run(code, at('reviews.py'), at('again.json')).trim()).toBe('1 Judge a review of a film.')
  })

  test('a program of several predictors gives ours their prompts', async () => {
    const { code, terminal } = await importing(`${at('programs.py')}:Rag`, '--json')
    expect(code).toBe(0)
    expect(terminal.lines()[0]).toMatchObject({
      type: 'result',
      module: 'program',
      predictors: ['hop.predict', 'answer'],
    })
    const rag = program(
      'question -> answer',
      { hop: chainOfThought('question -> query'), answer: predict('context: string[], question -> answer') },
      async ({ question }, { answer }) => answer({ context: ['a', 'b'], question }),
    )
    const imported = await importedProgram(readFileSync(at('out.json'), 'utf8'), rag)
    const [hop, answer] = imported.predictors
    const dspy = `
import dspy, json
adapter = dspy.ChatAdapter()
print(json.dumps([
    adapter.format(dspy.ChainOfThought("question -> query").predict.signature, [], {"question": "Q?"}),
    adapter.format(dspy.Signature("context: list[str], question -> answer"), [], {"context": ["a", "b"], "question": "Q?"}),
]))
`
    expect([
      hop?.prompt({ question: 'Q?' }).messages,
      answer?.prompt({ context: ['a', 'b'], question: 'Q?' }).messages,
    ]).toEqual(JSON.parse(run(dspy)))
  })

  test.each([
    ['a Python that is not there', 'reviews.py:judge', ['--python', '/no/such/python'], 'There is no Python at'],
    ['a Python without DSPy', 'reviews.py:judge', ['--python', at('bare-python')], 'cannot import dspy'],
    ['a module that is not there', 'nowhere:judge', [], "There is no module 'nowhere'"],
    ['a file that is not there', 'nowhere.py:judge', [], 'There is no file'],
    ['a name the module does not have', 'reviews.py:jury', [], "has no 'jury'"],
    ['a module with no name in it', 'reviews', [], 'Expected --program MODULE:ATTRIBUTE'],
    ['code that is no Python', 'syntax.py:x', [], 'SyntaxError'],
    ['something that is no program', 'programs.py:number', [], 'is of the type int'],
    ['code of the user that throws', 'programs.py:broken', [], 'RuntimeError: no such luck (programs.py, line'],
    ['a program without predictors', 'programs.py:Empty', [], 'The program has no predictors'],
    ['an adapter that reads answers its own way', 'programs.py:reader', [], 'Reader reads answers in a way of its own'],
    ['an adapter of two steps', 'programs.py:two_step', [], 'TwoStepAdapter reads answers in a way of its own'],
    ['an adapter that is no function of its fields', 'programs.py:counting', [], 'cannot be frozen'],
    ['a field of which more is written than its value', 'programs.py:tools', [], 'Tool'],
    ['a state that is not there', 'reviews.py:judge', ['--state', '/no/such/state.json'], 'cannot be read'],
  ] as const)('refuses %s with a sentence, and writes nothing', async (_, source, more, message) => {
    rmSync(at('out.json'), { force: true })
    const { code, terminal } = await importing(source.includes('.py') ? at(source) : source, ...more)
    expect(terminal.stderr()).toContain(message)
    expect(code).toBe(2)
    expect(existsSync(at('out.json'))).toBe(false)
  })
})
