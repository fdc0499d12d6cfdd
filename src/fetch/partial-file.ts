/** What has been saved of a file: its bytes in `*.part`, and beside them where they came from. */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Resume } from './source.ts'

interface Origin {
  url: string
  validator: string | undefined
}

export class PartialFile {
  readonly path: string
  readonly #origin: string
  #hasEarlierBytes: boolean

  constructor(target: string) {
    this.path = `${target}.part`
    this.#origin = `${this.path}.json`
    this.#hasEarlierBytes = this.size > 0
  }

  /** Whether bytes of an earlier run, or of another address, are among those saved. */
  get hasEarlierBytes(): boolean {
    return this.#hasEarlierBytes
  }

  /** Bytes saved so far. */
  get size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Where to go on at this address; the version is known only to the address that the bytes came from. */
  resume(url: string): Resume {
    const origin = this.#readOrigin()
    return { start: this.size, validator: origin?.url === url ? origin.validator : undefined }
  }

  /** Save what `body` gives from byte `start` on; what stood behind it is cut off. */
  async write(
    body: AsyncIterable<Uint8Array>,
    { start, ...origin }: Origin & { start: number },
    saved: (bytes: number) => void,
  ): Promise<void> {
    writeFileSync(this.#origin, JSON.stringify(origin))
    if (start === 0) this.#hasEarlierBytes = false
    const handle = await open(this.path, start === 0 ? 'w' : 'r+')
    try {
      await handle.truncate(start)
      let at = start
      for await (const piece of body) {
        await handle.write(piece, 0, piece.length, at)
        at += piece.length
        saved(at)
      }
    } finally {
      await handle.close()
    }
  }

  /** Nothing of it can be used. */
  remove(): void {
    this.#hasEarlierBytes = false
    rmSync(this.path, { force: true })
    rmSync(this.#origin, { force: true })
  }

  /** The bytes are whole and verified. */
  moveTo(target: string): void {
    renameSync(this.path, target)
    this.remove()
  }

  #readOrigin(): Origin | undefined {
    if (!existsSync(this.#origin)) return undefined
    try {
      return JSON.parse(readFileSync(this.#origin, 'utf8')) as Origin
    } catch {
      // Cut short by a crash: the hash still tells whether the bytes are right.
      return undefined
    }
  }
}
