import { type SeededRandom, seededRandom } from '../../src/data/seeded-random.ts'
import { compared, conformance, type Verdict } from './conformance.ts'

/** What one fresh generator of a seed draws, and how. */
type RandomCase = { readonly seed: number } & Readonly<Record<string, unknown>>

const range = (length: number): number[] => Array.from({ length }, (_, index) => index)

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw)

/** The draws by the name of the vector: `sample_30_6` is 6 of 30. */
const draw = (name: string, random: SeededRandom, count: number): unknown => {
  const [kind, ...numbers] = name.match(/[a-z]+|\d+/g) ?? []
  const [first = 0, second = 0] = numbers.map(Number)
  switch (kind) {
    case 'random':
      return times(first, () => random.random())
    case 'shuffle':
      return random.shuffle(range(first))
    case 'sample':
      return random.sample(range(first), second)
    case 'randint':
      return times(count, () => random.integer(first, second))
    case 'choice':
      return times(count, () => random.choice(range(first)))
    case 'getrandbits':
      return times(count, () => random.bits(first))
    default:
      throw new RangeError(`No draw is called '${name}'.`)
  }
}

conformance<RandomCase>('python_random', ({ seed, ...draws }): Verdict => {
  const ours = Object.entries(draws).map(([name, expected]) => [
    name,
    draw(name, seededRandom(seed), (expected as readonly unknown[]).length),
  ])
  return compared(seed, draws, Object.fromEntries(ours))
})
