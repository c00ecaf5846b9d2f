import * as v from 'valibot'
import { z } from 'zod'
import { signature } from '../../src/signature/create.ts'
import type { InputsOf, OutputsOf } from '../../src/signature/infer.ts'
import { type Same, yes } from './same.ts'

const made = signature({
  inputs: {
    text: 'string',
    mood: { type: "'calm' | 'tense'", optional: true },
    limit: { type: 'int', default: 3 },
    note: { description: 'what to know' },
    when: z.string().transform(text => new Date(text)),
    place: z.string().optional(),
  },
  outputs: {
    tags: 'list[str]',
    score: { type: 'float', optional: true },
    count: { type: 'int', optional: true, default: 0 },
    person: z.object({ name: z.string(), born: z.string().transform(text => new Date(text)) }),
    address: { type: v.pipe(v.string(), v.email()), jsonSchema: { type: 'string' } },
    raw: { type: { kind: 'json' } },
  },
})

yes<
  Same<
    InputsOf<typeof made>,
    {
      text: string
      note: string
      when: string
      mood?: 'calm' | 'tense' | null | undefined
      limit?: number | null | undefined
      place?: string | undefined
    }
  >
>()

yes<
  Same<
    OutputsOf<typeof made>,
    {
      tags: string[]
      score: number | null
      count: number
      person: { name: string; born: Date }
      address: string
      raw: unknown
    }
  >
>()

// One side is enough.
yes<Same<OutputsOf<ReturnType<typeof onlyOutputs>>, { a: string }>>()
const onlyOutputs = () => signature({ outputs: { a: 'string' } })

// @ts-expect-error unknown type 'foo'
signature({ outputs: { a: 'foo' } })
// @ts-expect-error unknown type 'foo'
signature({ inputs: { a: { type: 'foo[]', optional: true } } })
// @ts-expect-error not the name of an option
signature({ inputs: { a: { kind: 'string' } } })
