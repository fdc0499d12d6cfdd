/** Reading a tar archive (POSIX ustar) as a stream: no entry is ever held in memory. */

export interface TarEntry {
  name: string
  /** Bytes. */
  size: number
  /** Content; what is not read is skipped. */
  body: AsyncGenerator<Uint8Array>
}

const BLOCK = 512
const decoder = new TextDecoder()

/** Regular files of an archive in order. Each entry's body must be read before the next entry is asked for. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new ByteQueue(source)
  for (;;) {
    const header = await bytes.take(BLOCK)
    // The archive ends with blocks of zeros, or simply ends.
    if (header === undefined || header[0] === 0) return
    if (text(header, 257, 5) !== 'ustar') throw new Error('not a tar archive')
    const size = parseInt(text(header, 124, 12).trim(), 8)
    const type = text(header, 156, 1)
    const prefix = text(header, 345, 155)
    const body = bytes.stream(size)
    if (type === '' || type === '0') yield { name: (prefix && `${prefix}/`) + text(header, 0, 100), size, body }
    for await (const _skipped of body);
    await bytes.take((BLOCK - (size % BLOCK)) % BLOCK)
  }
}

function text(header: Uint8Array, start: number, length: number): string {
  return decoder.decode(header.subarray(start, start + length)).replace(/\0.*$/s, '')
}

/** Chunks of any size, read by number of bytes. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next `size` bytes in pieces. Throws when the archive ends before. */
  async *stream(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#refill())) throw new Error('the archive is cut off')
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  /** The next `size` bytes in one piece; undefined at the end of the archive. */
  async take(size: number): Promise<Uint8Array | undefined> {
    if (size > 0 && this.#rest.length === 0 && !(await this.#refill())) return undefined
    const out = new Uint8Array(size)
    let filled = 0
    for await (const piece of this.stream(size)) {
      out.set(piece, filled)
      filled += piece.length
    }
    return out
  }

  async #refill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#source.next()
      if (done === true) return false
      this.#rest = value
    }
    return true
  }
}
