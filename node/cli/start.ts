import { endWithOutput, interruptOfProcess } from './interrupt.ts'
import { main } from './main.ts'
import { processTerminal } from './terminal.ts'

// `npm start`: the main job on the embedded model, from the command line's own flags.
const data = 'examples/data/sentiment'
const out = 'kkachi-run/sentiment.json'

endWithOutput()
const terminal = processTerminal()

terminal.out(
  [
    'Kkachi optimizes the program "text -> label" on local/nano, a small language model in this repository.',
    'It learns from 120 reviews, chooses by 100, and is tested on 150 that it never sees in between.',
    '',
    '',
  ].join('\n'),
)
const code = await main(
  [
    ...['optimize', '--signature', 'text -> label', '--model', 'local/nano'],
    ...['--train', `${data}/train.jsonl`, '--dev', `${data}/dev.jsonl`, '--test', `${data}/test.jsonl`],
    ...['--metric', 'exact-match', '--optimizer', 'auto', '--budget-calls', '1200', '--max-tokens', '48'],
    ...['--out', out, '--report', 'kkachi-run/report.html'],
  ],
  terminal,
  interruptOfProcess(),
)
if (code === 0) {
  terminal.out(
    [
      'Try next:',
      `  npx kkachi run  --program ${out} --input '{"text": "A dull plot, but the cast is wonderful."}'`,
      `  npx kkachi eval --program ${out} --data ${data}/test.jsonl --metric exact-match`,
      '  npx kkachi optimize --signature "text -> label" --train examples/data/spam/train.jsonl --dev examples/data/spam/dev.jsonl --metric exact-match --out kkachi-run/spam.json',
      '  open kkachi-run/report.html in a browser',
      '',
    ].join('\n'),
  )
}
process.exitCode = code
