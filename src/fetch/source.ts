/** What an address gives when it is opened at a byte, and why it may not. */

export interface Opened {
  /** The file's bytes from `start` on; throws SourceError where they stop too early. */
  body: AsyncIterable<Uint8Array>
  /** 0 where the source could not go on at the byte that was asked for. */
  start: number
  /** Bytes of the whole file, where the source says so. */
  size: number | undefined
  /** ETag or date that tells this version of the file from others; undefined where there is none. */
  validator: string | undefined
}

/** Where to go on. */
export interface Resume {
  /** Bytes that are there already. */
  start: number
  /** The version that those bytes are of. */
  validator: string | undefined
}

/** Why an address gave nothing (more). */
export class SourceError extends Error {
  /** Worth another try at the same address. */
  readonly isPassing: boolean
  /** Milliseconds the source asks to wait. */
  readonly retryAfter: number | undefined
  /** What was saved so far cannot be continued here. */
  readonly mustRestart: boolean

  constructor(
    message: string,
    { isPassing = false, mustRestart = false, retryAfter, cause }: Partial<SourceError> & { cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.isPassing = isPassing
    this.mustRestart = mustRestart
    this.retryAfter = retryAfter
  }
}
