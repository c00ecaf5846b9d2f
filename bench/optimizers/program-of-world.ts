import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import type { Module } from '../../src/ports/module.ts'
import { parseSignature } from '../../src/signature/create.ts'
import { type Row, typed, type World } from './world.ts'

/** What a user would write for a world: one predictor, or one for each hop. */
export const programOf = ({ shape, instructions }: World): Module<Row, object> => {
  const steps = shape.outputs.map((output, hop) => {
    const inputs = [shape.input, ...shape.outputs.slice(0, hop)].join(', ')
    return predict<Row, Row>(
      parseSignature(`${inputs} -> ${typed(output, shape.labels[hop] ?? [])}`, { instructions }) as never,
    )
  })
  const [first, second, third] = steps
  if (first === undefined) throw new RangeError('Expected a world with outputs.')
  if (second === undefined || third === undefined) return first
  const whole = parseSignature(`${shape.input} -> ${shape.outputs.join(', ')}`) as never
  return program<Row, Row, { first: typeof first; second: typeof second; third: typeof third }, Row>(
    whole,
    { first, second, third },
    async (input, hops) => {
      const one = await hops.first(input)
      const two = await hops.second({ ...input, ...one })
      return { ...one, ...two, ...(await hops.third({ ...input, ...one, ...two })) }
    },
  )
}
