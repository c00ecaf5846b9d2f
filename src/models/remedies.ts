/**
 * What to do about a failure of a provider, in the words of whoever writes code. Who speaks to others, as a command line
 * does, has words of its own for each.
 */
export const remedies = {
  key: 'Check apiKey and what it may use.',
  slower: 'Send fewer requests at once, or wrap the model in retried().',
  later: 'Try again later, or wrap the model in retried().',
  redirect: 'Redirects are refused because they would send the key elsewhere. Write the final address as baseUrl.',
  address: 'Check baseUrl and the name of the model.',
  network: 'Check baseUrl and the network, or try again.',
  answer: 'Try again, or check baseUrl.',
  deadline: 'Raise deadlineMs, or try again.',
  length: 'Raise maxResponseBytes if that is right.',
  options: 'Check the options of the request against what the model takes.',
  noAddress: "Write baseUrl: 'https://api.openai.com/v1'.",
  userInAddress: 'Write headers: { authorization }.',
  noKey: 'to be printable ASCII without white space around it. Trim it, and check that it is the key itself.',
} as const
