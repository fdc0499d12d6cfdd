/** One file from the first of its addresses that gives it. */
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { duration } from '../terminal/progress.ts'
import { mismatch } from './checksum.ts'
import { openFile } from './file-source.ts'
import type { FileToFetch } from './file-to-fetch.ts'
import type { Address } from './mirrors.ts'
import { PartialFile } from './partial-file.ts'
import { SourceError } from './source.ts'

export interface DownloadOptions {
  /** Told bytes that are there and bytes in all; `undefined` while nobody knows. */
  onBytes: (done: number, total: number | undefined) => void
  /** Told why an address is tried again, and when. */
  onRetry: (message: string) => void
  signal: AbortSignal | undefined
  patience?: Partial<Patience> | undefined
}

/** Milliseconds. */
export interface Patience {
  /** Without a byte, a connection counts as dead. */
  stall: number
  /** Before the second try; doubled before each further one. */
  backOff: number
  /** An address that asks for a longer pause is left. */
  longestPause: number
}

const PATIENCE: Patience = { stall: 60_000, backOff: 1000, longestPause: 120_000 }
/** Tries at one address without a new byte. */
const MAX_TRIES = 5

/**
 * Download `file` to `target`, going on with what an earlier run saved.
 *
 * Bytes stand in `<target>.part` and get their name only when the hash fits. Resolves with undefined then, else with one line per
 * address that says why it failed.
 */
export async function download(
  file: FileToFetch,
  places: readonly Address[],
  target: string,
  options: DownloadOptions,
): Promise<string[] | undefined> {
  const reasons: string[] = []
  for (const place of places) {
    try {
      await fromAddress(place, file, target, options)
      return undefined
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof SourceError)) throw error
      reasons.push(`${place.url}: ${error.message}`)
    }
  }
  return reasons
}

/** Throws SourceError when the address does not give the file. */
async function fromAddress(place: Address, file: FileToFetch, target: string, options: DownloadOptions): Promise<void> {
  const part = new PartialFile(place.isGzipped ? `${target}.gz` : target)
  for (;;) {
    await transfer(place, part, file, options)
    const wrong = await (place.isGzipped ? unpack(part, file, target) : finish(part, file, target))
    if (wrong === undefined) return
    // What was saved before may be to blame, of another version of the file or of another address.
    const { hasEarlierBytes } = part
    part.remove()
    if (!hasEarlierBytes) throw new SourceError(wrong)
    options.onRetry(`${file.path}: ${wrong}; once more from its first byte`)
  }
}

/** All bytes into the partial file, over as many connections as it takes. */
async function transfer(place: Address, part: PartialFile, file: FileToFetch, options: DownloadOptions): Promise<void> {
  const patience = { ...PATIENCE, ...options.patience }
  let furthest = part.size
  for (let tries = 1; ; tries++) {
    try {
      await connect(place, part, file, options, patience.stall)
      return
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof SourceError) || !error.isPassing) throw error
      if (error.mustRestart) part.remove()
      if (part.size > furthest) tries = 1
      furthest = Math.max(furthest, part.size)
      const pause = error.retryAfter ?? patience.backOff * 2 ** (tries - 1) * (0.75 + Math.random() / 2)
      if (pause > patience.longestPause)
        throw new SourceError(`${error.message}, and it asks to wait ${duration(pause)}`, { cause: error })
      if (tries >= MAX_TRIES) throw new SourceError(`${error.message}, ${tries} times`, { cause: error })
      const from = part.size > 0 ? ` from byte ${part.size}` : ''
      options.onRetry(`${file.path}: ${error.message}; again${from} in ${duration(pause)}`)
      await wait(pause, undefined, options.signal && { signal: options.signal })
    }
  }
}

/** One connection: open, save, notice silence. */
async function connect(
  { url, isGzipped }: Address,
  part: PartialFile,
  file: FileToFetch,
  { onBytes, signal }: DownloadOptions,
  stall: number,
): Promise<void> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), stall)
  const either = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
  const resume = part.resume(url)
  try {
    // The HTTP client takes longer to load than all else that a command needs.
    const open = url.startsWith('file:') ? openFile : (await import('./http-source.ts')).openHttp
    const { body, start, size, validator } = await open(url, resume, either)
    const wanted = isGzipped ? undefined : file.size
    if (size !== undefined && wanted !== undefined && size !== wanted)
      throw new SourceError(`it has ${size} bytes there, not ${wanted}`)
    onBytes(start, size ?? wanted)
    await part.write(body, { url, validator, start }, (saved) => {
      timer.refresh()
      onBytes(saved, size ?? wanted)
      // A copy from a disk does not listen to the signal itself.
      signal?.throwIfAborted()
    })
    if (size !== undefined && part.size < size)
      throw new SourceError(`the connection ended at byte ${part.size} of ${size}`, { isPassing: true })
  } catch (error) {
    if (silence.signal.aborted && signal?.aborted !== true)
      throw new SourceError(`nothing came for ${duration(stall)}`, { isPassing: true, cause: error })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Verify the file and give it its name; returns what is wrong with it, in words. */
async function finish(part: PartialFile, file: FileToFetch, target: string): Promise<string | undefined> {
  const wrong = await mismatch(part.path, file)
  if (wrong === undefined) part.moveTo(target)
  return wrong
}

/** The same for what came as a gzip archive. */
async function unpack(archive: PartialFile, file: FileToFetch, target: string): Promise<string | undefined> {
  const part = new PartialFile(target)
  try {
    await pipeline(createReadStream(archive.path), createGunzip(), createWriteStream(part.path))
  } catch (error) {
    part.remove()
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error
    return `not a whole gzip archive (${(error as Error).message})`
  }
  const wrong = await finish(part, file, target)
  if (wrong === undefined) archive.remove()
  else part.remove()
  return wrong
}
