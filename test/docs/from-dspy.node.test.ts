import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const guide = read('docs/guide/from-dspy.md')
const entries: Readonly<Record<string, readonly string[]>> = JSON.parse(read('test/public-names.json'))
const names = new Set(Object.values(entries).flat())

interface Row {
  readonly dspy: string
  readonly here: string
  readonly verdict: string
  readonly how: string
}

/** The rows of a section's table. */
const rowsOf = (section: string): readonly Row[] => {
  const [, rest = ''] = guide.split(`\n## ${section}\n`)
  const [text = ''] = rest.split('\n## ')
  return text
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| DSPy '))
    .map(line => line.slice(1, -1).split(/(?<!\\)\|/))
    .map(([dspy = '', here = '', verdict = '', how = '']) => ({
      dspy: dspy.trim(),
      here: here.trim(),
      verdict: verdict.trim(),
      how: how.trim(),
    }))
}

const sections = ['Core', 'Modules', 'Adapters', 'Field types', 'Evaluation and metrics', 'Runtime', 'Optimizers']

/** What DSPy 3.4.1 has, by the tables of its own documentation. */
const inventory: Readonly<Record<string, string>> = {
  Modules:
    'Predict ChainOfThought ReAct ReActV2 ProgramOfThought CodeAct RLM Flex BestOfN Refine MultiChainComparison Parallel KNN majority Avatar Retry',
  Adapters: 'ChatAdapter JSONAdapter XMLAdapter TwoStepAdapter BAMLAdapter Adapter DecisionAdapter',
  'Field types':
    'Image Audio File History Tool ToolCalls ToolCallResults Code Reasoning Citations Document Choice Noul Score dspy.Type pydantic Enum',
  'Evaluation and metrics':
    'Evaluate EM F1 HotPotF1 normalize_text answer_exact_match answer_passage_match SemanticF1 CompleteAndGrounded DataLoader HotPotQA GSM8K MATH Colors AlfWorld save_as_csv save_as_json',
  Runtime:
    'streamify StreamListener StatusMessage streaming_response apply_sync_streaming async asyncify syncify cache configure_cache save Embedder Embeddings EmbeddingsWithScores Retrieve ColBERTv2 DatabricksRM WeaviateRM from_mcp_tool from_langchain BaseCallback inspect_history configure_dspy_loggers MLflow track_usage get_lm_usage PythonInterpreter LocalInterpreter CodeInterpreter SandboxSerializable DummyLM DummyVectorizer dummy_rm',
  Optimizers:
    'LabeledFewShot BootstrapFewShot BootstrapFewShotWithRandomSearch BootstrapRS BootstrapFewShotWithOptuna KNNFewShot COPRO SignatureOptimizer MIPROv2 SIMBA GEPA instruction_proposer component_selector InferRules Ensemble BetterTogether GroundedProposer AvatarOptimizer bootstrap_trace_data BootstrapFinetune GRPO ReAnchor',
}

describe('the guide from DSPy', () => {
  test.each(Object.entries(inventory))('leaves nothing of %s out', (section, names) => {
    const text = rowsOf(section)
      .map(({ dspy }) => dspy)
      .join(' ')
    const missing = names.split(' ').filter(name => !new RegExp(`(?<![A-Za-z])${name}(?![A-Za-z])`).test(text))
    expect(missing).toEqual([])
  })

  test('refuses little of what programs are made of, run with and improved by', () => {
    const refused = sections
      .slice(1)
      .flatMap(rowsOf)
      .filter(({ verdict }) => verdict === 'refused')
    expect(refused.map(({ dspy }) => dspy)).toEqual([
      '`AlfWorld`',
      '`BootstrapFinetune`, `GRPO`',
      '`ReAnchor` (experimental)',
    ])
  })

  test.each(sections)('gives every row of %s a verdict', section => {
    const rows = rowsOf(section)
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.filter(row => !['same', 'better', 'refused'].includes(row.verdict))).toEqual([])
  })

  test.each(sections)('says how it is better, and why it is refused, in %s', section => {
    expect(rowsOf(section).filter(({ verdict, how }) => verdict !== 'same' && how === '')).toEqual([])
  })

  test.each(sections)('names what exists, in %s', section => {
    const named = rowsOf(section).flatMap(({ here }) => [...here.matchAll(/`([a-z][A-Za-z0-9]*)(?:\([^`]*\))?`/g)])
    const known = new Set([
      ...names,
      'run',
      'stream',
      'state',
      'withState',
      'descriptions',
      'constraints',
      'default',
      'retryable',
      'toJSON',
      'prompt',
      'program',
    ])
    expect(named.map(([, name = '']) => name).filter(name => !known.has(name))).toEqual([])
  })
})
