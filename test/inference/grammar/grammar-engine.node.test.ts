import { grammarWasm } from '../../../node/inference/grammar-wasm.ts'
import { grammarEngine } from '../../../src/inference/grammar/grammar-engine.ts'
import { describeTokenConstraint } from '../../contracts/token-constraint-contract.ts'

describeTokenConstraint('grammarEngine in Node', vocabulary => grammarEngine({ vocabulary, wasm: grammarWasm }))
