/** How many bytes a protobuf file should have. */

/** Every writer begins with the IR version: field 1, a varint. */
const FIRST_TAG = 0x08

/**
 * Walk the outermost fields of a protobuf message, whose lengths stand before their content.
 *
 * @returns the end of the first field that reaches beyond the bytes, or undefined where every field fits or is malformed
 */
export function missingEnd(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== FIRST_TAG) return undefined
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) return NaN
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return NaN
  }
  while (at < bytes.length) {
    const tag = varint()
    const wireType = tag % 8
    // fields of ModelProto have small numbers; anything else is not a model
    if (!(tag >= 8 && tag < 256) || ![0, 1, 2, 5].includes(wireType)) return undefined
    const value = wireType === 5 ? 4 : wireType === 1 ? 8 : varint()
    if (wireType !== 0) at += value
    if (Number.isNaN(value)) return undefined
  }
  return at > bytes.length && at < 2 ** 31 ? at : undefined
}
