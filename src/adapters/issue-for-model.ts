import type { FieldIssue } from '../errors/prediction-error.ts'

/** Kept beside the issue and not in it: whoever prints or logs an error must not find the answer there. */
const quotes = new WeakMap<FieldIssue, string>()

/** An issue for an error; `quoting` is what the model is told instead when it is asked again. */
export const issueOf = (field: string, problem: string, quoting?: string): FieldIssue => {
  const issue: FieldIssue = { field, problem }
  if (quoting !== undefined) quotes.set(issue, quoting)
  return issue
}

/**
 * The issue as the model may read it: its own answer is no secret to it, so the words of a schema's vendor, which may
 * quote the answer, are put back. For the `reask` of an adapter, never for an error or a log.
 *
 * @example
 * wording.reask(issues.map(issueForModel), 'Answer with YAML.')
 */
export const issueForModel = (issue: FieldIssue): FieldIssue => ({
  field: issue.field,
  problem: quotes.get(issue) ?? issue.problem,
})
