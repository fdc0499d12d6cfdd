/** Windows bitmaps, which sharp does not read: uncompressed, 1, 4 or 8 bits with a palette, 24 or 32 bits of colour. */
import { makeImage, type ImageTensor } from './image-tensor.ts'

/** Sizes of the file header and of the smallest picture header that holds what is needed. */
const FILE_HEADER = 14
const INFO_HEADER = 40

/** Values of the compression field: none, and "colours by masks", which 32-bit files use for the usual order too. */
const UNCOMPRESSED = 0
const BY_MASKS = 3

/** Red, green and blue of an uncompressed 32-bit pixel. */
const USUAL_MASKS = [0xff0000, 0xff00, 0xff]

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d
}

/** Decode to RGB; a fourth channel is dropped. Throws Error with one clause where the file is cut off or of another kind. */
export function decodeBmp(bytes: Uint8Array): ImageTensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < FILE_HEADER + INFO_HEADER) throw new Error('the BMP file is cut off')
  const start = view.getUint32(10, true)
  const headerSize = view.getUint32(14, true)
  if (headerSize < INFO_HEADER) throw new Error('a BMP file of the OS/2 kind')
  const width = view.getInt32(18, true)
  const rows = view.getInt32(22, true)
  const bits = view.getUint16(28, true)
  const compression = view.getUint32(30, true)
  const masked = compression === BY_MASKS && bits === 32
  if (compression !== UNCOMPRESSED && !masked) throw new Error('a compressed BMP file')
  if (masked && USUAL_MASKS.some((mask, i) => view.getUint32(FILE_HEADER + INFO_HEADER + 4 * i, true) !== mask)) {
    throw new Error('a BMP file with an unusual order of colours')
  }
  if (![1, 4, 8, 24, 32].includes(bits)) throw new Error(`a BMP file with ${bits} bits per pixel`)
  const height = Math.abs(rows)
  // Every row is padded to four bytes; the last row of the picture comes first, unless the height is negative.
  const stride = Math.ceil((width * bits) / 32) * 4
  if (width < 1 || height < 1 || start + stride * height > bytes.length) throw new Error('the BMP file is cut off')

  const colours = FILE_HEADER + headerSize
  const out = new Uint8Array(height * width * 3)
  for (let y = 0, o = 0; y < height; y++) {
    const row = start + stride * (rows > 0 ? height - 1 - y : y)
    for (let x = 0; x < width; x++) {
      const bgr = bits >= 24 ? row + (x * bits) / 8 : colours + 4 * index(bytes, row, x, bits)
      out[o++] = bytes[bgr + 2]
      out[o++] = bytes[bgr + 1]
      out[o++] = bytes[bgr]
    }
  }
  return makeImage(out, 'HWC', { height, width, channels: 3 })
}

/** Index into the palette: pixels of fewer than 8 bits are packed, the first in the highest bits. */
function index(bytes: Uint8Array, row: number, x: number, bits: number): number {
  const bit = x * bits
  const byte = bytes[row + (bit >> 3)]
  return (byte >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)
}
