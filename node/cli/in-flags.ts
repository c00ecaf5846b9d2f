import { remedies } from '../../src/models/index.ts'

/** What the library tells those who write code, said to those who write flags: all of it, or it does not compile. */
const sayings: Readonly<Record<keyof typeof remedies, string>> = {
  key: 'Check the environment variable with the key, and what the key may use.',
  slower: 'Write a lower --concurrency, or try again later.',
  later: 'Try again later.',
  redirect: 'Redirects are refused because they would send the key elsewhere. Write the final address as --base-url.',
  address: 'Check --base-url and the name of the model.',
  network: 'Check --base-url and the network, or try again.',
  answer: 'Try again, or check --base-url.',
  deadline: 'Try again, or ask for shorter answers with --max-tokens.',
  length: 'Ask for shorter answers with --max-tokens.',
  options: 'Check --model, --temperature and --max-tokens against what the model takes.',
  noAddress: 'Write --base-url https://api.openai.com/v1, and check OPENAI_BASE_URL where it is set.',
  userInAddress: 'Leave it out; keys are environment variables.',
  noKey:
    'to be printable ASCII without white space around it. Check the environment variable with the key, and trim it.',
}

const pairs = Object.entries(remedies).map(([name, said]) => [said, sayings[name as keyof typeof remedies]] as const)

/** An error's message with what to do about it in flags, wherever in it that stands. */
export const inFlags = (message: string): string =>
  pairs
    .reduce((text, [said, instead]) => text.replaceAll(said, instead), message)
    .replace('Expected apiKey to', 'Expected the key to')
