/** Small tar archives for tests. */
import { gzipSync } from 'node:zlib'

/** A gzipped ustar archive of the given files. */
export function makeTarball(files: Readonly<Record<string, string>>): Uint8Array {
  const blocks: Buffer[] = []
  for (const [name, content] of Object.entries(files)) {
    const header = Buffer.alloc(512)
    const body = Buffer.from(content)
    header.write(name, 0)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('0', 156)
    header.write('ustar\x0000', 257)
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512))
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}
