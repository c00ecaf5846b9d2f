import { ConfigurationError } from '../errors/configuration-error.ts'

/**
 * Checks that what is given of some limits is a number of at least `least`, or above 0 without it.
 *
 * @throws ConfigurationError `configuration/invalid`
 */
export const checkLimits = (
  owner: string,
  limits: { readonly [option: string]: number | undefined },
  { least, example }: { readonly least?: number; readonly example: string },
): void => {
  for (const [option, limit] of Object.entries(limits)) {
    if (limit === undefined || (typeof limit === 'number' && (least === undefined ? limit > 0 : limit >= least)))
      continue
    const bound = least === undefined ? 'above 0' : `of at least ${least}`
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected ${option} of ${owner} to be a number ${bound}, got ${String(limit)}. Write ${example}.`,
      { option },
    )
  }
}
