import { describeSameProgram } from './same-program-everywhere.ts'

describeSameProgram([8])
