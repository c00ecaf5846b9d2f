/** One end of a connection: a Worker, what a worker sees of its page, or a MessagePort. */
export interface MessageEnd<Sent> {
  postMessage(message: Sent): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}
