/** What the first bytes of a picture file say of its pixels. */
import { isBmp } from './bmp.ts'

/** Bytes to read: one segment of EXIF data or of a profile may stand before a JPEG's frame. */
export const HEAD_LENGTH = 1 << 16

export type PictureKind = 'bmp' | 'jpeg' | 'png' | 'other'

/**
 * `jpeg` and `png` are those that hold gray or RGB bytes for sure: they are decoded without asking for their metadata. All others,
 * and a JPEG whose frame lies behind `head`, are `other`.
 */
export function kindOfPicture(head: Uint8Array): PictureKind {
  if (isBmp(head)) return 'bmp'
  if (startsWith(head, [0xff, 0xd8])) return isPlainJpeg(head) ? 'jpeg' : 'other'
  return startsWith(head, [0x89, 0x50, 0x4e, 0x47]) && isBytePng(head) ? 'png' : 'other'
}

/** Walk the segments to the frame header (ITU-T T.81, B.2.2): 8 bits, one or three components. */
function isPlainJpeg(head: Uint8Array): boolean {
  let at = 2
  while (at + 9 < head.length && head[at] === 0xff) {
    const marker = head[at + 1]
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return head[at + 4] === 8 && (head[at + 9] === 1 || head[at + 9] === 3)
    at += 2 + head[at + 2] * 256 + head[at + 3]
  }
  return false
}

/** The bit depth in IHDR, which is the first chunk. */
function isBytePng(head: Uint8Array): boolean {
  return head.length > 24 && head[24] <= 8
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte)
}
