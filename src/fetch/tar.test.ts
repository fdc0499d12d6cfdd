import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeTarball } from '../../test/support/tar.ts'
import { readTar } from './tar.ts'

const files = { 'package/a.txt': 'first', 'package/empty': '', 'package/big': 'x'.repeat(2000), 'package/last': 'end' }
const archive = new Uint8Array(gunzipSync(makeTarball(files)))

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function contents(source: AsyncIterable<Uint8Array>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const entry of readTar(source)) {
    const pieces: Uint8Array[] = []
    for await (const piece of entry.body) pieces.push(piece)
    found[entry.name] = Buffer.concat(pieces).toString()
  }
  return found
}

describe('readTar', () => {
  test.each([1, 7, 512, 100_000])('reads every file from chunks of %i bytes', async (size) => {
    expect(await contents(chunks(archive, size))).toEqual(files)
  })

  test('skips what is not read', async () => {
    const names: string[] = []
    for await (const entry of readTar(chunks(archive, 100))) names.push(entry.name)
    expect(names).toEqual(Object.keys(files))
  })

  test('refuses archives that are cut off and files that are none', async () => {
    await expect(contents(chunks(archive.subarray(0, 2500), 100))).rejects.toThrow('the archive is cut off')
    await expect(contents(chunks(new TextEncoder().encode('<html>'.repeat(200)), 100))).rejects.toThrow(
      'not a tar archive',
    )
  })
})
