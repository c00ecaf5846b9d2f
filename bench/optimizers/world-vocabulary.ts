import type { Advice } from './said-rules.ts'

/** Something a note can be about. The model's rules are told by its words, whoever writes them and in whatever sentence. */
export interface Cue {
  readonly name: string
  /** How notes put it. */
  readonly phrases: readonly string[]
  /** Beginnings of the words by which a sentence is known to speak of it. */
  readonly stems: readonly string[]
}

export const cues: readonly Cue[] = [
  cue(
    'wet parcels',
    'soak damp moist wet drip',
    'the carton was soaked',
    'everything felt damp',
    'the wrap was dripping',
  ),
  cue('delayed arrivals', 'delay overdue tardy', 'the carrier was tardy', 'there was a long delay', 'it is overdue'),
  cue('cold goods', 'cold frozen chill frost', 'the contents were frozen', 'it must stay chilled', 'frost on the lid'),
  cue('torn seals', 'torn rip tear seal', 'the seal was torn', 'the tape was ripped', 'a tear along the edge'),
  cue('heavy loads', 'heav weigh lift', 'too heavy for one person', 'it weighs a ton', 'needs two to lift'),
  cue(
    'foreign stamps',
    'foreign abroad overseas stamp',
    'sent from abroad',
    'with foreign stamps',
    'an overseas origin',
  ),
  cue(
    'broken glass',
    'broke glass shatter crack',
    'the glass is broken',
    'the jar had shattered',
    'one pane has a crack',
  ),
  cue(
    'missing paperwork',
    'paperwork invoice receipt',
    'the paperwork is missing',
    'no invoice inside',
    'a receipt was left out',
  ),
  cue('live animals', 'animal alive bark', 'something inside is alive', 'it holds a small animal', 'we heard it bark'),
  cue(
    'refused deliveries',
    'refus reject declin',
    'the neighbor refused it',
    'they declined to sign',
    'it was rejected at the door',
  ),
  cue('gift wrapping', 'gift bow ribbon', 'it is a gift', 'with a bow on top', 'with a blue ribbon'),
  cue('bad smells', 'smell odor stink', 'it has a strong smell', 'there is a strange odor', 'the sack stinks'),
  cue('batteries', 'batter charg volt', 'it holds a battery', 'two volt cells inside', 'sold with its charger'),
  cue('misshapen things', 'bulky curv misshap', 'a bulky thing', 'rather misshapen', 'long and curved'),
  cue(
    'orders placed twice',
    'twice duplicat reorder',
    'it was ordered twice',
    'a duplicate of the last one',
    'reordered by mistake',
  ),
  cue('night shifts', 'night midnight dark', 'dropped off at night', 'left after midnight', 'found in the dark'),
]

/** Where a note can be sent: words that occur in no note. */
export const desks = ['amber', 'cobalt', 'jade', 'ivory', 'crimson', 'slate', 'ochre', 'teal'] as const

/** A way to write a code down. */
export interface Operation {
  readonly sentence: string
  readonly stems: readonly string[]
  readonly apply: (code: string) => string
}

/** Codes look like `kbq-4821`: three letters, four digits, the first of which is not 0. */
export const operations: readonly Operation[] = [
  operation('write the code backwards', 'revers backward', code => [...code].reverse().join('')),
  operation('write the digits alone', 'digit numer', code => code.slice(4)),
  operation('write the letters alone', 'letter alphabet', code => code.slice(0, 3)),
  operation('write the code in capitals', 'capital uppercase upper', code => code.toUpperCase()),
  operation('leave the dash out', 'dash hyphen', code => code.replace('-', '')),
  operation('put a slash between its parts', 'slash', code => code.replace('-', '/')),
  operation('swap its two parts', 'swap exchang', code => `${code.slice(4)}-${code.slice(0, 3)}`),
  operation('append a trailing x', 'append suffix trailing', code => `${code}x`),
  operation('prefix it with a q', 'prefix prepend preced', code => `q${code}`),
  operation('double its first character', 'doubl repeat', code => `${code[0]}${code}`),
]

/** Advice that holds for every item: the first two help, the others harm. */
export const advice: readonly Advice[] = [
  {
    sentence: 'Disregard who sent the note, the sender never decides.',
    stems: [
      ['disregard', 'ignor'],
      ['sender', 'sent', 'author'],
    ],
  },
  {
    sentence: 'The complaint outweighs every pleasantry around it.',
    stems: [
      ['complain', 'problem', 'issue'],
      ['pleasant', 'greet', 'polite'],
    ],
  },
  {
    sentence: 'When unsure, settle on whatever came to mind at first glance.',
    stems: [
      ['unsure', 'doubt'],
      ['glance', 'hunch'],
    ],
  },
  {
    sentence: 'Trust the mood of the sender over the facts.',
    stems: [
      ['mood', 'tone'],
      ['trust', 'rely'],
    ],
  },
]

/** How many of them help. */
export const helpful = 2

/** What a model writes when it has nothing to say. */
export const fillers = [
  'Read the note with care.',
  'Think about what the reader needs.',
  'Be precise and consistent.',
  'Stay close to the text.',
  'Consider every part before you decide.',
  'Keep the format that was asked for.',
] as const

export const senders = ['Ada', 'Bo', 'Chidi', 'Dara', 'Emil', 'Fumi', 'Gita', 'Hal', 'Ines', 'Jun'] as const

export const closings = ['thanks', 'please see to it', 'that is all', 'sorry for the trouble', 'best wishes'] as const

function cue(name: string, stems: string, ...phrases: readonly string[]): Cue {
  return { name, stems: stems.split(' '), phrases }
}

function operation(sentence: string, stems: string, apply: (code: string) => string): Operation {
  return { sentence, stems: stems.split(' '), apply }
}
