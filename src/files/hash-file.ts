/** Hashes of files on disk. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Hash of a file's bytes, hexadecimal, read piece by piece. */
export async function hashOfFile(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm)
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}
