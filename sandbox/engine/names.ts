import type { MeterNames } from './meter.ts'

/**
 * What the parts of the engine are called in the release of 0.32.0, whose names are shortened. The host implements the
 * imports in `src/sandbox/engine-instance.ts` and calls the exports there.
 */
export const quickjsNames: MeterNames = {
  imports: new Map([
    ['a', 'memory'],
    ['b', 'assertionFailed'],
    ['c', 'fdWrite'],
    ['d', 'fdClose'],
    ['e', 'environGet'],
    ['f', 'environSizes'],
    ['g', 'normalizeModule'],
    ['h', 'loadModule'],
    ['i', 'interrupted'],
    ['j', 'setTimer'],
    ['k', 'growMemory'],
    ['l', 'keepaliveClear'],
    ['m', 'localTime'],
    ['n', 'timeZone'],
    ['o', 'fdSeek'],
    ['p', 'dateNow'],
    ['q', 'clockTime'],
    ['r', 'abort'],
    ['s', 'exit'],
    ['t', 'callHost'],
    ['u', 'freeHostRef'],
  ]),
  exports: new Map([
    ['v', 'start'],
    ['w', 'malloc'],
    ['N', 'free'],
    ['L', 'newRuntime'],
    ['z', 'setMemoryLimit'],
    ['E', 'setMaxStackSize'],
    ['Ga', 'enableInterrupts'],
    ['O', 'newContext'],
    ['qa', 'evaluate'],
    ['na', 'call'],
    ['oa', 'exceptionOf'],
    ['Q', 'freeValue'],
    ['T', 'freeText'],
    ['F', 'undefinedValue'],
    ['$', 'newString'],
    ['aa', 'stringOf'],
    ['ga', 'isJobPending'],
    ['ha', 'executeJobs'],
  ]),
}
