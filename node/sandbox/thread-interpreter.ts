import { type WorkerInterpreter, type WorkerInterpreterOptions, workerInterpreter } from '../../src/sandbox/index.ts'
import { startThread } from './start-thread.ts'

/**
 * An interpreter whose sessions have a thread each, so that the process answers others while code of a model runs, and an
 * abort ends it at once. The threads see no environment variables, and do not keep the process alive while nobody waits for one.
 *
 * @example
 * const { answer } = await programOfThought('question -> answer').run({ question }, { model, interpreter: threadInterpreter() })
 */
export const threadInterpreter = (options: Omit<WorkerInterpreterOptions, 'start'> = {}): WorkerInterpreter =>
  workerInterpreter({
    ...options,
    start: () => {
      const thread = startThread()
      return {
        postMessage: message => thread.postMessage(message),
        addEventListener(type: string, listener: (event: never) => void) {
          if (type === 'message') thread.on('message', data => listener({ data } as never))
          else thread.on('error', error => listener({ error } as never))
        },
        terminate: () => thread.terminate(),
        ref: () => thread.ref(),
        unref: () => thread.unref(),
      }
    },
  })
