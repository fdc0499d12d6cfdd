/** Whether the bytes on disk are the file that was meant. */
import { open } from 'node:fs/promises'
import { hashOfFile } from '../files/hash-file.ts'
import type { FileToFetch } from './file-to-fetch.ts'

/**
 * What is wrong with the bytes at `path`, in words; undefined where every known hash fits.
 *
 * Throws RangeError where no hash is known: such a file could never be used.
 */
export async function mismatch(path: string, file: FileToFetch): Promise<string | undefined> {
  if (file.md5 === undefined && file.sha256 === undefined)
    throw new RangeError(`${file.path} has neither md5 nor sha256`)
  for (const algorithm of ['md5', 'sha256'] as const) {
    const wanted = file[algorithm]?.toLowerCase()
    if (wanted === undefined) continue
    const found = await hashOfFile(path, algorithm)
    if (found !== wanted) return `${algorithm} ${found}, not ${wanted}${await guess(path, file)}`
  }
  return undefined
}

/** The two usual reasons: half a download, and a page that asks for a login. */
async function guess(path: string, { size }: FileToFetch): Promise<string> {
  const handle = await open(path)
  try {
    const { size: found } = await handle.stat()
    const { bytesRead, buffer } = await handle.read(new Uint8Array(256), 0, 256, 0)
    const start = new TextDecoder().decode(buffer.subarray(0, bytesRead))
    if (/^\s*<(!doctype|html)/i.test(start)) return ' (it is a web page)'
    if (size === undefined) return ` (it has ${found} bytes)`
    if (found < size) return ` (half a download: ${found} of ${size} bytes)`
    return found > size ? ` (${found} bytes instead of ${size})` : ''
  } finally {
    await handle.close()
  }
}
