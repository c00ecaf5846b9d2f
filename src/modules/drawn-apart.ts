import type { Context } from '../ports/context.ts'

/** What makes one draw of a run another than the next: its id, and the seed where there is one. */
export const drawnApart = ({ rolloutId, sampling }: Context, index: number, temperature = 1): Partial<Context> => ({
  rolloutId: rolloutId === undefined ? String(index) : `${rolloutId}/${index}`,
  sampling: {
    ...sampling,
    temperature,
    ...(sampling?.seed === undefined ? undefined : { seed: sampling.seed + index }),
  },
})

/** Several answers to one question are drawn so that they can differ: below 0.15 they hardly do. The numbers are DSPy's. */
export const warmEnough = (temperature = 0): number => (temperature > 0.15 ? temperature : 0.7)
