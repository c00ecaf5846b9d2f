import { ConfigurationError } from '../errors/configuration-error.ts'

/**
 * The origins in a setting: separated by commas or blanks, each as browsers write it (`https://app.example:8080`).
 *
 * @throws ConfigurationError `configuration/invalid` for anything else: patterns and `null` would let in who was not meant
 */
export const readOrigins = (setting: string): readonly string[] => {
  const origins = setting.split(/[\s,]+/).filter(origin => origin !== '')
  for (const origin of origins) {
    if (originOf(origin) === origin && !origin.includes('*')) continue
    const message = `Expected an origin in KKACHI_ALLOWED_ORIGINS, got '${origin}'. Write it like https://app.example.`
    throw new ConfigurationError('configuration/invalid', message, { option: 'KKACHI_ALLOWED_ORIGINS' })
  }
  return origins
}

const originOf = (text: string): string | undefined => {
  try {
    const { origin, protocol } = new URL(text)
    return protocol === 'https:' || protocol === 'http:' ? origin : undefined
  } catch {
    return undefined
  }
}
