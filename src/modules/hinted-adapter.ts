import type { Adapter, AdapterCall } from '../ports/adapter.ts'
import { append } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { refineWording } from './wording.ts'

/** Advice for predictors, by the signature they ask with. */
export type Hints = ReadonlyMap<Signature, string>

const inner: unique symbol = /* @__PURE__ */ Symbol('kkachi.hinted')

interface HintedAdapter extends Adapter {
  readonly [inner]?: { readonly base: Adapter; readonly hints: Hints }
}

/**
 * The same prompt format, with a last input `hint_` for the predictors that have a hint. What comes back is read as
 * before: a hint adds no output.
 *
 * A format that is hinted already gets both hints, in one field.
 */
export const hintedAdapter = (adapter: HintedAdapter, given: Hints): Adapter => {
  const base = adapter[inner]?.base ?? adapter
  const hints = merged(adapter[inner]?.hints, given)
  const hinted: HintedAdapter = {
    ...base,
    format: call => base.format(withHint(call, hints.get(call.signature))),
    ...(base.forState === undefined ? {} : { forState: state => hintedAdapter(base.forState?.(state) ?? base, hints) }),
    [inner]: { base, hints },
  }
  return hinted
}

const withHint = (call: AdapterCall, hint: string | undefined): AdapterCall => {
  if (hint === undefined) return call
  const signature: Signature = append(call.signature, 'input', 'hint_', {
    type: 'string',
    description: refineWording.hint,
  })
  return { ...call, signature, input: { ...call.input, hint_: hint } }
}

const merged = (before: Hints | undefined, given: Hints): Hints => {
  if (before === undefined) return given
  const all = new Map(before)
  for (const [signature, hint] of given) {
    const other = before.get(signature)
    all.set(signature, other === undefined ? hint : `${other}\n\n${hint}`)
  }
  return all
}
