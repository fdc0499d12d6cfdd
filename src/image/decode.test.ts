import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { goldenDifference, goldenPath, readGolden, type GoldenResult } from '../../test/golden/image/golden.ts'
import { DataError } from '../errors.ts'
import { decodeImage } from './decode.ts'
import { HEAD_LENGTH, kindOfPicture } from './picture-head.ts'
import { READERS, type Reader } from './reader.ts'

interface DecodeCase {
  file: string
  reader: Reader
  result: GoldenResult
}

test.each(readGolden<DecodeCase>('decode.json'))('golden $file with $reader', async ({ file, reader, result }) => {
  expect(goldenDifference(await decodeImage(goldenPath(`pictures/${file}`), reader), result)).toBeUndefined()
})

test('file content gives what the path gives', async () => {
  const path = goldenPath('pictures/plain.jpg')
  expect(await decodeImage(readFileSync(path), 'opencv')).toEqual(await decodeImage(path, 'opencv'))
})

test('missing, truncated and foreign files are answered with cause and fix', async () => {
  const jpeg = readFileSync(goldenPath('pictures/plain.jpg'))
  const cases: [string | Uint8Array, RegExp][] = [
    ['no-such-picture.jpg', /there is no such file/],
    [jpeg.subarray(0, 700), /the file is cut off/],
    [Buffer.from('<html></html>'), /it is a web page/],
    [new Uint8Array(0), /the file is empty/],
    [Buffer.from('no picture at all'), /unsupported image format/],
  ]
  for (const [source, message] of cases) {
    const error = await decodeImage(source, 'pil').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DataError)
    expect(error).toMatchObject({
      code: 'DATA_IMAGE_UNREADABLE',
      message: expect.stringMatching(message),
      stage: 'dataset',
      fix: expect.stringContaining('JPEG'),
    })
  }
})

test('a BMP that is cut off, compressed or of an unusual kind is refused by its reason', async () => {
  const bmp = readFileSync(goldenPath('pictures/plain.bmp'))
  const changed = (offset: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(bmp)
    copy[offset] = value
    return copy
  }
  const cases: [Uint8Array, RegExp][] = [
    [bmp.subarray(0, 40), /cut off/],
    [bmp.subarray(0, bmp.length - 1), /cut off/],
    [changed(14, 12), /OS\/2/],
    [changed(30, 1), /compressed/],
    [changed(28, 16), /16 bits/],
  ]
  for (const [source, reason] of cases) await expect(decodeImage(source, 'opencv')).rejects.toThrow(reason)
})

test('pictures are decoded alike whether their head tells their kind or their metadata have to', async () => {
  const jpeg = readFileSync(goldenPath('pictures/plain.jpg'))
  const comment = (length: number): Buffer =>
    Buffer.concat([Buffer.of(0xff, 0xfe, length >> 8, length & 255), Buffer.alloc(length - 2)])
  // Two comments push the frame header out of the head.
  const long = Buffer.concat([jpeg.subarray(0, 2), comment(65000), comment(65000), jpeg.subarray(2)])
  expect(kindOfPicture(jpeg.subarray(0, HEAD_LENGTH))).toBe('jpeg')
  expect(kindOfPicture(long.subarray(0, HEAD_LENGTH))).toBe('other')
  for (const reader of READERS) expect(await decodeImage(long, reader)).toEqual(await decodeImage(jpeg, reader))
})

/** The data of the last quarter are lost, their end mark is there. */
function withDamage(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * 0.75)), jpeg.subarray(-2)])
}

test.each(READERS)('a JPEG with damage in the middle is read by %s, which says so', async (reader) => {
  const jpeg = readFileSync(goldenPath('pictures/plain.jpg'))
  expect(await decodeImage(jpeg, reader)).not.toHaveProperty('damage')
  const image = await decodeImage(withDamage(jpeg), reader)
  expect(image.shape).toEqual((await decodeImage(jpeg, reader)).shape)
  expect(image.damage).toMatch(/^Corrupt JPEG data: /)
})

test('of pictures that are decoded at once the damaged one alone says so, also beside one that fails', async () => {
  const jpeg = readFileSync(goldenPath('pictures/plain.jpg'))
  const damaged = withDamage(jpeg)
  for (let round = 0; round < 5; round++) {
    const sources = [jpeg, damaged, Buffer.from('no picture'), jpeg, jpeg]
    const images = await Promise.all(sources.map((source) => decodeImage(source, 'opencv').catch(() => undefined)))
    expect(images.map((image) => image && image.damage !== undefined)).toEqual([false, true, undefined, false, false])
  }
})

test('a PNG that is cut off is called so', async () => {
  const png = readFileSync(goldenPath('pictures/gray.png'))
  await expect(decodeImage(png.subarray(0, png.length / 2), 'opencv')).rejects.toThrow(/the file is cut off or damaged/)
})
