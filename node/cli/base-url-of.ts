import { type Flags, text } from './flags.ts'

/** Where a model beside --model is asked: where that is, if both are of one provider, for an address is a provider's. */
export const baseUrlOf = (name: string, flags: Flags): string | undefined =>
  providerIn(name) === providerIn(text(flags, 'model') ?? 'local/nano') ? text(flags, 'base-url') : undefined

const providerIn = (name: string): string => name.slice(0, Math.max(0, name.indexOf('/')))
