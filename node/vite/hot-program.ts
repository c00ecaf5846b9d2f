import type { AnyModule, Context, ProgramState } from '../../src/index.ts'

/** One version of a compiled program, as its module of the development server sees it. */
export interface ProgramVersion {
  readonly program: AnyModule
  /** All that has to stay the same for the next version to take the place of this one. */
  readonly shape: string
  /** Gives the exports of the module the values of a later version. */
  readonly follow: (constants: object) => void
  readonly constants: object
}

/** The part of `import.meta.hot` that is used; `accept` is called where Vite looks for it. */
export interface HotContext {
  readonly data: Record<string, unknown>
  invalidate(message?: string): void
}

/**
 * The program that a module of the development server exports: always the same object for all versions, which answers
 * with what was learned last. A version of another signature makes those who import it load anew.
 *
 * Its text goes into those modules, so it may use nothing but its arguments. Nothing of it is in a build.
 */
export const hotProgram = (hot: HotContext, version: ProgramVersion): AnyModule => {
  interface Kept {
    readonly live: AnyModule
    readonly followers: ProgramVersion['follow'][]
    version: ProgramVersion
  }
  const begun = (): Kept => {
    const live: AnyModule = {
      get kind() {
        return kept.version.program.kind
      },
      get signature() {
        return kept.version.program.signature
      },
      get predictors() {
        return kept.version.program.predictors
      },
      get state() {
        return kept.version.program.state
      },
      run: (input: never, context: Context) => kept.version.program.run(input, context),
      stream: (input: never, context: Context) => kept.version.program.stream(input, context),
      withState: (state: ProgramState) => kept.version.program.withState(state),
    }
    if ('prompt' in version.program) {
      Object.assign(live, {
        prompt: (...given: readonly unknown[]) => {
          const { program } = kept.version
          return 'prompt' in program && typeof program.prompt === 'function' ? program.prompt(...given) : undefined
        },
      })
    }
    return { live, followers: [], version }
  }
  const kept = (hot.data.kept as Kept | undefined) ?? begun()
  if (kept.version.shape !== version.shape) {
    hot.data.kept = undefined
    hot.invalidate('The program takes or gives something else now.')
    return version.program
  }
  kept.version = version
  for (const follow of kept.followers) follow(version.constants)
  kept.followers.push(version.follow)
  hot.data.kept = kept
  return kept.live
}
