/**
 * The files of one model in the layout of a hub repository: `config.json`, `generation_config.json`, `tokenizer.json`,
 * `tokenizer_config.json`, `onnx/model*.onnx` with external data beside it. Names are relative, in `/`.
 *
 * 1. read() gives the whole file as it is; one that is cut short, changed on the way or absent is never given.
 * 2. A name that leads out of the model's own place (`..`, absolute, a link) is refused before anything is opened.
 * 3. digest(names) covers the contents of those of the files that are there, wherever they are: the same files give the
 *    same digest in a folder, on the hub and in a browser. Without names it covers every file there is (but for those that
 *    begin with a dot, and `.md`), as far as the place can list them.
 * 4. locate(), where there is one, refuses what read() refuses; whoever opens the path answers for what happens between.
 *
 * @throws RuntimeError `runtime/model-files`: which file, what is wrong, what to do
 */
export interface ModelFiles {
  /** Names the place in errors: a folder, an address, the id of a repository. */
  readonly place: string
  has(name: string): Promise<boolean>
  read(name: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>
  /** SHA-256 in lower-case hexadecimal digits. */
  digest(names?: readonly string[]): Promise<string>
  /**
   * Where a file lies on a disk, for a runtime that reads it there by itself, brought there where it is still to come;
   * undefined where it lies elsewhere.
   */
  locate?(name: string, options?: ReadOptions): Promise<LocatedFile | undefined>
}

export interface LocatedFile {
  /** Absolute; ends with the file's name. */
  readonly path: string
  readonly bytes: number
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Hears how much is there, now and then and at the end. */
  readonly onProgress?: ((progress: FileProgress) => void) | undefined
}

export interface FileProgress {
  readonly file: string
  /** Bytes. */
  readonly loaded: number
  /** Bytes; undefined where nobody says. */
  readonly total: number | undefined
}
