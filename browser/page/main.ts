import { boundedStorage } from '../../src/storage/index.ts'
import { localModel } from '../inference/local-model.ts'
import { indexedDbStorage } from '../storage/indexed-db.ts'
import { candidatesView } from './candidates-view.ts'
import { byId } from './element.ts'
import { keeper, readKept } from './kept-state.ts'
import { type PageState, pageStore, startingState } from './page-state.ts'
import { download, textOfFile } from './program-transfer.ts'
import { programView } from './program-view.ts'
import { runView } from './run-view.ts'
import { sampleData } from './sample-data.ts'
import { scoresView } from './scores-view.ts'
import { session as newSession } from './session.ts'
import { tryView } from './try-view.ts'

const kept = indexedDbStorage('page')
const answers = boundedStorage({ storage: indexedDbStorage('answers'), maxBytes: 64 * 2 ** 20 })

const read = async (): Promise<PageState> => {
  try {
    return await readKept(kept)
  } catch (error) {
    return { ...startingState, problem: error instanceof Error ? error.message : String(error) }
  }
}

const store = pageStore(await read(), requestAnimationFrame)
const keepState = keeper(kept)
const session = newSession({
  model: localModel('nano', { device: 'wasm' }),
  answers,
  data: sampleData(),
  store,
  keep: () => keepState(store.state),
  now: () => performance.now(),
})

for (const view of [runView(), scoresView(), candidatesView(), programView(), tryView(session)]) store.show(view)

const onClick = (id: string, act: () => unknown): void =>
  byId(id, HTMLButtonElement).addEventListener('click', () => void act())

byId('optimize-form', HTMLFormElement).addEventListener('submit', event => {
  event.preventDefault()
  const [calls, seed] = [byId('calls', HTMLInputElement), byId('seed', HTMLInputElement)]
  store.change({ settings: { calls: calls.valueAsNumber, seed: seed.valueAsNumber } })
  void session.optimize()
})
onClick('stop', () => session.stop())
onClick('measure-before', () => session.measure('before'))
onClick('measure-after', () => session.measure('after'))
onClick('forget', () => session.forget())
onClick('export', () => {
  const { program } = store.state
  if (program) download(program.file, 'sentiment.json')
})

const chooser = byId('import-file', HTMLInputElement)
onClick('import', () => chooser.click())
chooser.addEventListener('change', async () => {
  const file = chooser.files?.[0]
  chooser.value = '' // the same file may be chosen again
  if (!file) return
  try {
    await session.importFile(await textOfFile(file))
  } catch (error) {
    store.change({ problem: error instanceof Error ? error.message : String(error) })
  }
})

byId('main', HTMLElement).inert = false // before this nobody would have heard a click
