import type { PredictorState } from '../../src/index.ts'

/** A frozen prompt in words of our own, with every kind of part. */
export const frozenExample = {
  format: 1,
  parser: 'chat',
  fields: [
    { name: 'question', role: 'input', type: { kind: 'string' } },
    { name: 'weights', role: 'input', type: { kind: 'list', items: { kind: 'number' } }, optional: true },
    { name: 'answer', role: 'output', type: { kind: 'string' } },
    { name: 'score', role: 'output', type: { kind: 'number' } },
  ],
  lists: {
    empty: 'none',
    short: ['<', '>'],
    long: ['<<\n  ', '\n>>'],
    indent: '\n  ',
    special: ['\n', '<', '>'],
    number: ['(', ') '],
    between: '\n',
  },
  system: [
    'Given:\n- question: ',
    { description: 'question', unless: '${question}' },
    { trim: 'end', of: ['\n- weights: ', { description: 'weights', unless: '${weights}' }] },
    '\nDo:',
    { instructions: { dedent: true, before: '\n    ' } },
  ],
  request: [
    {
      trim: 'both',
      of: [
        {
          join: '\n\n',
          of: [
            { field: 'question', of: ['Q: ', { value: 'question', as: 'text', lists: true }] },
            { field: 'weights', of: ['W: ', { value: 'weights', as: 'text' }] },
            'Go.',
          ],
        },
      ],
    },
  ],
  demos: {
    complete: {
      user: ['Q: ', { value: 'question', as: 'text', lists: true }],
      assistant: ['A: ', { value: 'answer', as: 'text' }, ' (', { value: 'score', as: 'text' }, ')'],
    },
    incomplete: {
      user: ['Partly. ', { field: 'question', of: [{ value: 'question', as: 'text' }], absent: ['?'] }],
      assistant: [
        { field: 'answer', of: [{ value: 'answer', as: 'text' }], absent: ['not told'] },
        ' ',
        { field: 'score', of: [{ value: 'score', as: 'text' }], absent: ['not told'] },
      ],
    },
  },
} as const

/** A predictor's state with these prompts, and what it learned. */
export const frozenState = (learned: Partial<PredictorState> = {}, frozen: object = frozenExample): PredictorState => ({
  traces: [],
  train: [],
  demos: [],
  signature: {
    instructions: 'Answer.\n  Be sure.',
    fields: ['question', 'weights', 'answer', 'score'].map(name => ({ prefix: '', description: `\${${name}}` })),
  },
  lm: null,
  ...learned,
  kkachi: { frozen },
})

/** A program file of them. */
export const frozenFile = (learned: Partial<PredictorState> = {}, frozen: object = frozenExample): string =>
  JSON.stringify({
    ...frozenState(learned, frozen),
    metadata: { dependency_versions: {}, kkachi: { format: 1, module: 'predict', adapter: 'frozen' } },
  })
