import { describeSameProgram } from './same-program-everywhere.ts'

describeSameProgram([1, 8, 64])
