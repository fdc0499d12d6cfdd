/** A file on a disk, as the source of a download. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Opened, type Resume, SourceError } from './source.ts'

/** Open `file:///...` where the last run stopped; at its start where the file is another one now. Throws SourceError. */
export async function openFile(url: string, { start, validator: before }: Resume): Promise<Opened> {
  const path = fileURLToPath(url)
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SourceError(cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'not there' : cause.message, { cause })
  })
  if (!found.isFile()) throw new SourceError('a folder, not a file')
  const validator = `${found.size} ${found.mtimeMs}`
  const from = before === validator && start <= found.size ? start : 0
  return { body: bytes(path, from), start: from, size: found.size, validator }
}

async function* bytes(path: string, start: number): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { start }) as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new SourceError((cause as Error).message, { cause })
  }
}
