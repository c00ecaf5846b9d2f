/**
 * Brings onnxruntime-node, and tells it to report to nobody.
 *
 * 1. Since 1.29 its builds for Linux and macOS tell Microsoft of each session that is opened (names and hashes of the model
 *    among it), keep an id of the machine in the folder of the user, and write a file into the working folder where they
 *    cannot. A local model leaves nothing behind and says nothing.
 * 2. What the environment says already stays: `ORT_DISABLE_TELEMETRY=0` lets it report.
 *
 * @see https://github.com/microsoft/onnxruntime/pull/27379, https://github.com/microsoft/onnxruntime/pull/29843
 */
export const onnxruntimeNode = (): Promise<unknown> => {
  withoutTelemetry()
  return import('onnxruntime-node')
}

/**
 * Has to be said before the library is loaded, and on the main thread: the environment of a thread is a copy, which the
 * library does not see.
 */
export const withoutTelemetry = (): void => {
  process.env.ORT_DISABLE_TELEMETRY ??= '1'
}
