import { markdownTable } from './markdown-table.ts'

/** One column of the table. */
export interface Measure {
  readonly title: string
  readonly aim: string
  /** How it is done, one sentence or two. */
  readonly how: string
  readonly run: () => Promise<readonly Figure[]>
}

/** What was measured of one library; `misses` says that it is Kkachi's and short of the aim. */
export interface Figure {
  readonly library: string
  readonly text: string
  readonly misses?: boolean
}

/** Runs a measure when its file is the one that was started. */
export const runAlone = async (meta: ImportMeta, measure: Measure): Promise<void> => {
  if (!meta.main) return
  const figures = await measure.run()
  console.log(
    markdownTable(
      ['', measure.title],
      figures.map(({ library, text }) => [library, text]),
    ),
  )
  console.log(`\nAim: ${measure.aim}. ${measure.how}`)
  if (figures.some(({ misses }) => misses)) console.log('Kkachi misses the aim.')
}
