/** Escapes of protobuf strings. */

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ESCAPE = /\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g

/** The text a quoted string stands for. `\x` and octal escapes are bytes of UTF-8, as in protobuf. */
export function unescape(quoted: string): string {
  if (!quoted.includes('\\')) return quoted
  let bytes = false
  const result = quoted.replaceAll(ESCAPE, (whole, hex, octal, short, long, letter: string | undefined) => {
    const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) & 0xff : undefined
    if (byte !== undefined) {
      bytes ||= byte > 0x7f
      return String.fromCharCode(byte)
    }
    const point = parseInt(short ?? long ?? '', 16)
    if (!Number.isNaN(point)) return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    return LETTERS[letter!] ?? letter!
  })
  return bytes ? fromUtf8(result) : result
}

/** Characters below 256 that were written as bytes, read as UTF-8 where they are valid. */
function fromUtf8(text: string): string {
  if (/[^\0-\xff]/.test(text)) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (c) => c.charCodeAt(0)))
  } catch {
    return text
  }
}
