/** A score with its 95 % interval; `n` rows. */
export interface Score {
  readonly score: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** A candidate as the page shows it. */
export interface CandidateRow extends Score {
  readonly index: number
  readonly label: string
  /** Calls of the run when its score was known. */
  readonly calls: number
}

export interface RunSettings {
  readonly calls: number
  readonly seed: number
}

/** `cut`: the page was closed while it ran. */
export type RunStatus = 'running' | 'cut' | 'stopped' | 'finished' | 'failed'

export interface RunRecord {
  readonly status: RunStatus
  readonly settings: RunSettings
  readonly candidates: readonly CandidateRow[]
}

export interface KeptProgram {
  /** The program file. */
  readonly file: string
  readonly origin: 'optimized' | 'imported'
}

/** What outlives the page. */
export interface KeptState {
  readonly settings: RunSettings
  /** The identity of the model that the scores are of. */
  readonly model?: string | undefined
  readonly run?: RunRecord | undefined
  readonly program?: KeptProgram | undefined
  /** On the held-out rows: of the program as written, and of the kept one. */
  readonly before?: Score | undefined
  readonly after?: Score | undefined
}

export interface Spending {
  readonly calls: number
  readonly cached: number
  readonly tokens: number
  readonly seconds: number
}

/** What is going on. */
export interface Work {
  readonly about: string
  readonly done: number
  readonly total: number
}

export interface PageState extends KeptState {
  readonly work?: Work | undefined
  readonly spending?: Spending | undefined
  readonly note?: string | undefined
  readonly problem?: string | undefined
}

export const startingState: KeptState = { settings: { calls: 600, seed: 0 } }

/** The one place that holds the state; views are told of each change once a frame. */
export const pageStore = (initial: PageState, frame: (draw: () => void) => void) => {
  let state = initial
  let isDue = false
  const views: ((state: PageState) => void)[] = []
  return {
    get state(): PageState {
      return state
    },
    change(part: Partial<PageState>): void {
      state = { ...state, ...part }
      if (isDue) return
      isDue = true
      frame(() => {
        isDue = false
        for (const view of views) view(state)
      })
    },
    show(view: (state: PageState) => void): void {
      views.push(view)
      view(state)
    },
  }
}

export type PageStore = ReturnType<typeof pageStore>
