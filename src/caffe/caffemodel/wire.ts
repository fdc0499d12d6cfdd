/** The wire format of protobuf, as far as a caffemodel needs it. */

/** One field of a message. Varints come as numbers (those beyond 2^53 lose low bits), the other types as views on the file. */
export interface WireField {
  number: number
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  type: 0 | 1 | 2 | 5
  /** Value of a varint; NaN for the other types. */
  value: number
  /** Content of the other types; empty for a varint. */
  bytes: Uint8Array
}

/** Thrown where bytes are no message. */
export class WireError extends Error {
  /** Where in the message. */
  readonly at: number
  /** True where a field reaches beyond the end: the message was cut off. */
  readonly cutOff: boolean
  /** True where the message begins with whose bytes they are. */
  readonly placed: boolean

  constructor(message: string, at: number, cutOff = false, placed = false) {
    super(message)
    this.at = at
    this.cutOff = cutOff
    this.placed = placed
  }
}

const NOTHING = new Uint8Array(0)

/** Fields of a message in file order. Throws WireError at the first byte that cannot be. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) throw new WireError('ends inside a number', at, true)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new WireError('holds a number of more than 10 bytes', at)
  }
  const view = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new WireError('ends inside a field', at, true)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const start = at
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (number === 0 || number >= 2 ** 29) throw new WireError('holds a field with an impossible number', start)
    const type = tag % 8
    if (type === 0) yield { number, type, value: varint(), bytes: NOTHING }
    else if (type === 1) yield { number, type, value: NaN, bytes: view(8) }
    else if (type === 2) yield { number, type, value: NaN, bytes: view(varint()) }
    else if (type === 5) yield { number, type, value: NaN, bytes: view(4) }
    else throw new WireError(`holds a field of the unknown type ${type}`, start)
  }
}

/** Numbers of a repeated varint field: packed or one by one. */
export function varints(field: WireField): number[] {
  if (field.type === 0) return [field.value]
  const { bytes } = field
  const values: number[] = []
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale
    scale *= 128
    if (byte >= 0x80) continue
    values.push(value)
    value = 0
    scale = 1
  }
  return values
}

const UTF8 = new TextDecoder()

export function textOf(field: WireField): string {
  return UTF8.decode(field.bytes)
}
