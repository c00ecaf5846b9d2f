import type { FieldIssue } from '../errors/prediction-error.ts'

/**
 * Every sentence the adapters say to a model. Frozen: the embedded model was trained on prompts of exactly this wording,
 * and a test compares its hash. The field markers `[[ ## name ## ]]` are DSPy's protocol; the sentences are ours.
 */
export const wording = {
  /** Heads the instructions in the system message. */
  task: 'Task:',
  inputs: 'Inputs:',
  outputs: 'Outputs:',
  /** One line a field: `- label ('spam' | 'ham'): what it is; rule`. */
  field: (name: string, type: string, description: string, rules: readonly string[]): string =>
    `- ${name}${type === '' ? '' : ` (${type})`}${[description, ...rules]
      .filter(part => part !== '')
      .map((part, index) => `${index === 0 ? ': ' : '; '}${part}`)
      .join('')}`,
  optional: 'may be left out',
  chatShape: 'Every field starts with its marker on a line of its own. Answer in this shape:',
  jsonShape: 'Answer with one JSON object and nothing else, in this shape:',
  placeholder: (name: string): string => `{${name}}`,
  /** Ends the last user message; `markers` are in the order wanted. */
  chatReminder: (markers: readonly string[]): string =>
    `Answer with ${markers.map(marker => `\`${marker}\``).join(', then ')}.`,
  jsonReminder: (names: readonly string[]): string =>
    `Answer with a JSON object of ${names.map(name => `\`${name}\``).join(', ')}.`,
  xmlShape: 'Every field stands between tags of its name. Answer in this shape:',
  /** Follows the first item of a list, the first entry of a record. */
  xmlMore: '…',
  xmlReminder: (tags: readonly string[]): string => `Answer with ${tags.map(tag => `\`${tag}\``).join(', then ')}.`,
  /** Asks for an answer without a format. */
  freeShape: 'Answer in your own words, in any form. Say what each of the outputs is.',
  /** Asks for the fields of such an answer. */
  extract: (task: string): string =>
    `Somebody was given a task and answered with the text. Take each output from that text as it says it; judge nothing anew and add nothing. The task was: ${task}`,
  /** The format of a text that a JSON schema names: `date-time`. */
  format: (name: string): string => `format ${name}`,
  /** Stands for the type of an input whose value shows it. */
  shownByValue: 'JSON',
  /** Heads a document among the inputs; its number is what a citation names. */
  document: (index: number, title: string | undefined): string =>
    title === undefined ? `[document ${index}]` : `[document ${index}] ${title}`,
  /** Asks for calls alone, where all outputs go beside the text. */
  callTools: 'Answer by calling the tools that you need.',
  /** Stands in a demo for a field it does not have. */
  missing: '(not given in this example)',
  /** Asks again after an answer that could not be read. */
  reask: (issues: readonly FieldIssue[], reminder: string): string =>
    `That answer could not be read:\n${issues.map(issue => `- ${issue.field}: ${issue.problem}`).join('\n')}\nGive the whole answer again. ${reminder}`,
  pattern: (source: string): string => `matching the regular expression ${source}`,
  constraint: {
    minimum: (limit: number): string => `at least ${limit}`,
    maximum: (limit: number): string => `at most ${limit}`,
    exclusiveMinimum: (limit: number): string => `more than ${limit}`,
    exclusiveMaximum: (limit: number): string => `less than ${limit}`,
    multipleOf: (step: number): string => `a multiple of ${step}`,
    minLength: (length: number): string => `at least ${length} long`,
    maxLength: (length: number): string => `at most ${length} long`,
  },
} as const
