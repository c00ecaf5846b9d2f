import type { CodeRanges, PatternNode } from './pattern-node.ts'

/** One step of a compiled pattern; numbers are places in the program. */
export type PatternStep =
  | { readonly do: 'one'; readonly of: CodeRanges }
  | { readonly do: 'split'; readonly to: readonly [number, number] }
  | { readonly do: 'jump'; readonly to: number }
  | { readonly do: 'place'; readonly at: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly do: 'match' }

/**
 * A pattern as a program of Thompson's machine; undefined when it takes more than `most` steps.
 *
 * @see Thompson 1968, Regular Expression Search Algorithm, CACM 11(6)
 */
export const patternProgram = (node: PatternNode, most: number): readonly PatternStep[] | undefined => {
  const steps: PatternStep[] = []
  let isTooLong = false

  const write = (step: PatternStep): number => {
    if (steps.length >= most) isTooLong = true
    else steps.push(step)
    return steps.length - 1
  }

  const optional = (body: () => void): void => {
    const split = write({ do: 'jump', to: 0 })
    body()
    steps[split] = { do: 'split', to: [split + 1, steps.length] }
  }

  const loop = (part: PatternNode): void => {
    const split = write({ do: 'jump', to: 0 })
    emit(part)
    write({ do: 'jump', to: split })
    steps[split] = { do: 'split', to: [split + 1, steps.length] }
  }

  const emit = (part: PatternNode): void => {
    if (isTooLong) return
    switch (part.kind) {
      case 'one':
        write({ do: 'one', of: part.of })
        return
      case 'place':
        write({ do: 'place', at: part.at })
        return
      case 'sequence':
        for (const one of part.parts) emit(one)
        return
      case 'choice':
        choose(part.parts)
        return
      case 'repeat':
        repeat(part)
        return
    }
  }

  const choose = ([first, ...rest]: readonly PatternNode[]): void => {
    if (first === undefined || isTooLong) return
    if (rest.length === 0) {
      emit(first)
      return
    }
    const split = write({ do: 'jump', to: 0 })
    emit(first)
    const jump = write({ do: 'jump', to: 0 })
    steps[split] = { do: 'split', to: [split + 1, steps.length] }
    choose(rest)
    steps[jump] = { do: 'jump', to: steps.length }
  }

  const repeat = ({ part, min, max }: Extract<PatternNode, { readonly kind: 'repeat' }>): void => {
    for (let count = 0; count < min && !isTooLong; count += 1) emit(part)
    if (max === Number.POSITIVE_INFINITY) {
      loop(part)
      return
    }
    for (let count = min; count < max && !isTooLong; count += 1) optional(() => emit(part))
  }

  emit(node)
  write({ do: 'match' })
  return isTooLong ? undefined : steps
}
