import { grammarEngine } from '../../../src/inference/grammar/grammar-engine.ts'
import wasm from '../../../wasm/built/grammar.wasm'
import { describeTokenConstraint } from '../../contracts/token-constraint-contract.ts'

// Workers compile nothing: the file is imported as a module.
describeTokenConstraint('grammarEngine in workerd', vocabulary => grammarEngine({ vocabulary, wasm: () => wasm }))
