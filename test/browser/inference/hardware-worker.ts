import { browserHardware } from '../../../browser/inference/browser-hardware.ts'

postMessage(await browserHardware().look())
