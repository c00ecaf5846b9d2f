import type { Dice } from './random.ts'

/** One thing that can be asked about a text. What a task really wants is an aspect and a set of label names. */
export interface Aspect {
  readonly name: string
  /** Noun phrases for the aspect. */
  readonly asks: readonly string[]
  /** What each class is, in words, for instructions that explain arbitrary labels. */
  readonly meanings: readonly (readonly string[])[]
  /** Label sets with their shares; the first is the usual one. */
  readonly vocabularies: readonly (readonly [readonly string[], number])[]
  /** Output names that give the aspect away. */
  readonly outputs: readonly string[]
  /** What says which part of a mixed text decides. */
  readonly rules: Readonly<Record<'last' | 'first', readonly string[]>>
  /** Shares of the secondary aspect's classes in episodes of this aspect: what a lone text hints about the task. */
  readonly weights: readonly number[]
}

const list = (text: string): readonly string[] => text.split('|').map(part => part.trim())
const order = (what: string): Aspect['rules'] => ({
  last: [
    `If parts conflict, the last ${what} decides.`,
    `When it is mixed, follow the last ${what}.`,
    `The last ${what} counts most.`,
    `If both appear, take the ${what} that comes last.`,
    `In mixed cases the later ${what} wins.`,
  ],
  first: [
    `If parts conflict, the first ${what} decides.`,
    `When it is mixed, follow the first ${what}.`,
    `The first ${what} counts most.`,
    `If both appear, take the ${what} that comes first.`,
    `In mixed cases the earlier ${what} wins.`,
  ],
})
const none = { last: [''], first: [''] }

export const sources = ['review', 'message', 'ticket'] as const
export type Source = (typeof sources)[number]

export const aspects: Readonly<Record<Source, readonly [Aspect, Aspect]>> = {
  review: [
    {
      name: 'sentiment',
      asks: list(
        'the sentiment|the opinion|the mood of the writer|the tone|how the writer feels|whether the writer is pleased|the attitude|the judgment',
      ),
      meanings: [
        list('praise|a happy writer|a good opinion|a kind word|someone pleased'),
        list('blame|an unhappy writer|a bad opinion|a complaint|someone displeased'),
      ],
      vocabularies: [
        [list('positive|negative'), 42],
        [list('pos|neg'), 12],
        [list('good|bad'), 12],
        [list('happy|unhappy'), 8],
        [list('like|dislike'), 7],
        [list('praise|blame'), 6],
        [list('Positive|Negative'), 4],
        [list('up|down'), 4],
        [list('favorable|unfavorable'), 5],
      ],
      outputs: list('sentiment|mood|tone|opinion'),
      rules: order('part'),
      weights: [34, 28, 17, 12, 9],
    },
    {
      name: 'topic',
      asks: list('the topic|the subject|what it is about|the thing under review|the kind of product|the theme'),
      meanings: [
        list('a movie'),
        list('something to eat'),
        list('a place to stay'),
        list('something to read'),
        list('a gadget'),
      ],
      vocabularies: [
        [list('film|food|hotel|book|phone'), 60],
        [list('cinema|dining|travel|reading|devices'), 20],
        [list('movies|meals|stays|books|tech'), 20],
      ],
      outputs: list('topic|subject|theme'),
      rules: none,
      weights: [9, 12, 21, 28, 30],
    },
  ],
  message: [
    {
      name: 'spam',
      asks: list(
        'whether it is spam|if it is junk mail|whether it is unwanted|if it can be trusted|whether the message is honest|if somebody wants to sell something',
      ),
      meanings: [
        list('junk mail|an unwanted message|advertising|a fraud'),
        list('an honest message|a real message|private mail|a wanted message'),
      ],
      vocabularies: [
        [list('spam|ham'), 44],
        [list('junk|ok'), 12],
        [list('spam|not spam'), 10],
        [list('unwanted|wanted'), 8],
        [list('block|keep'), 8],
        [list('fake|real'), 7],
        [list('Spam|Ham'), 4],
        [list('bad|good'), 7],
      ],
      outputs: list('spam|filter|verdict'),
      rules: order('thing named'),
      weights: [70, 30],
    },
    {
      name: 'time',
      asks: list('the time it speaks of|when it happens|how soon it is|the day|the date'),
      meanings: [list('the same day'), list('another day')],
      vocabularies: [
        [list('today|later'), 56],
        [list('now|later'), 14],
        [list('soon|far'), 10],
        [list('same day|other day'), 10],
        [list('near|distant'), 10],
      ],
      outputs: list('when|time|day'),
      rules: none,
      weights: [30, 70],
    },
  ],
  ticket: [
    {
      name: 'queue',
      asks: list('the queue|the team in charge|the department|who should handle it|where to send it|the desk'),
      meanings: [list('money'), list('things that do not work'), list('parcels'), list('user access'), list('offers')],
      vocabularies: [
        [list('billing|technical|shipping|account|sales'), 56],
        [list('payments|support|delivery|access|orders'), 16],
        [list('finance|it|logistics|users|shop'), 14],
        [list('bill|tech|ship|acct|sell'), 14],
      ],
      outputs: list('queue|team|department|desk'),
      rules: order('thing named'),
      weights: [30, 70],
    },
    {
      name: 'urgency',
      asks: list('the urgency|the priority|how urgent it is|how soon it needs care|how fast to answer'),
      meanings: [list('something pressing'), list('something that can wait')],
      vocabularies: [
        [list('urgent|normal'), 56],
        [list('high|low'), 16],
        [list('fast|slow'), 10],
        [list('hot|cold'), 8],
        [list('hurry|wait'), 10],
      ],
      outputs: list('urgency|priority'),
      rules: none,
      weights: [70, 30],
    },
  ],
}

/** Label sets that mean nothing by themselves, in either order. */
const arbitrary = [
  list('A|B'),
  list('yes|no'),
  list('1|2'),
  list('true|false'),
  list('X|Y'),
  list('red|blue'),
  list('left|right'),
  list('1|0'),
  list('alpha|beta'),
  list('one|two'),
]
const arbitraryFive = [list('A|B|C|D|E'), list('1|2|3|4|5')]

/** Draws label names for an aspect; `meaningless` ones must be explained or shown. */
export const labelSet = (
  die: Dice,
  aspect: Aspect,
): { readonly labels: readonly string[]; readonly meaningless: boolean } => {
  if (die.chance(0.1)) {
    const labels = die.pick(aspect.meanings.length === 5 ? arbitraryFive : arbitrary)
    return { labels: labels.length === 2 && die.chance(0.5) ? [...labels].reverse() : labels, meaningless: true }
  }
  return { labels: die.weighted(aspect.vocabularies), meaningless: false }
}
