// Prints the totals of a vitest JSON report as the last line; fails when something failed, was skipped, or is missing.
import { readFileSync } from 'node:fs'

const file = process.argv[2]
let report
try {
  report = JSON.parse(readFileSync(file, 'utf8'))
} catch {
  console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}
const tests = report.testResults.flatMap(one => one.assertionResults)
const count = (...statuses) => tests.filter(test => statuses.includes(test.status)).length
// A file that could not be collected has no tests of its own: it counts as one failure.
const broken = report.testResults.filter(one => one.status === 'failed' && one.assertionResults.length === 0).length
const passed = count('passed')
const failed = count('failed') + broken
const skipped = tests.length - passed - count('failed')
for (const test of tests) {
  if (test.status === 'passed') continue
  console.log(`${test.status}: ${test.fullName}`)
  for (const message of test.failureMessages ?? []) console.log(message.slice(0, 2000).replace(/^/gm, '  '))
}
for (const one of report.testResults) {
  if (one.status === 'failed' && one.assertionResults.length === 0) console.log(`failed: ${one.name}\n  ${one.message}`)
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 || skipped > 0 || passed === 0 ? 1 : 0)
