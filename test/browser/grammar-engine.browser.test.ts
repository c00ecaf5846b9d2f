import { grammarWasm } from '../../browser/inference/grammar-wasm.ts'
import { grammarEngine } from '../../src/inference/grammar/grammar-engine.ts'
import { describeTokenConstraint } from '../contracts/token-constraint-contract.ts'

describeTokenConstraint('grammarEngine in Chromium', vocabulary => grammarEngine({ vocabulary, wasm: grammarWasm }))
