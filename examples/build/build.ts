/**
 * A build step, as the founding documents call it: labeled rows become a typed module with demonstrations in it.
 * `cd examples/build && node build.ts`; it asks no model.
 */
import { promptBuilder } from 'kkachi/node'

const { files, demos, digest } = await promptBuilder()
  .examplesFrom('training/*.json')
  .output('src/generated/x.ts')
  .build()

console.log(`${files.join(', ')}: ${demos} demos, learned ${digest.slice(0, 12)}`)
