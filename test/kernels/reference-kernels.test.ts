import { editDistance } from '../../src/kernels/edit-distance.ts'
import { referenceKernels } from '../../src/retrieval/reference-kernels.ts'
import { describeKernels } from '../contracts/kernels-contract.ts'

describeKernels('the kernels in TypeScript', async () => ({ ...referenceKernels, editDistance }))
