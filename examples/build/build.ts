/**
 * A build step, as the founding documents call it: labeled rows become a typed module with demonstrations in it.
 * `cd examples/build && npx node build.ts`; it asks no model. See src/generated/x.ts then.
 */
import { promptBuilder } from 'kkachi/node'

await promptBuilder().examplesFrom('training/*.json').output('src/generated/x.ts').build()
