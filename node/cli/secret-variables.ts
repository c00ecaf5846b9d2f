type Environment = Readonly<Record<string, string | undefined>>

/** Names of variables that hold what nobody else may read. */
const secretName = /(?:^|_)(?:KEYS?|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$|APIKEY$/i

/** The variables that hold secrets and are set, by name. */
export const secretVariables = (environment: Environment): readonly string[] =>
  Object.keys(environment)
    .filter(name => secretName.test(name) && (environment[name] ?? '').trim() !== '')
    .sort()

/** What they hold; a list of several keys also one by one. */
export const secretsIn = (environment: Environment): readonly string[] =>
  secretVariables(environment)
    .flatMap(name => {
      const value = environment[name] ?? ''
      return [value, value.trim(), ...value.split(/[\s,;]+/)]
    })
    // Shorter ones are switches, and taking them out would only garble the text.
    .filter(({ length }) => length >= 8)
