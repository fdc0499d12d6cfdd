/** NumPy's .npy: a magic number, a Python dict as text, raw data (format 1.0 to 3.0). */

export interface NpyHeader {
  /** NumPy type string, e.g. `|u1`, `<f4`. */
  descr: string
  fortranOrder: boolean
  shape: number[]
  /** Byte where the data begin. */
  offset: number
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** True when the bytes begin like a .npy file, whatever its name. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte)
}

/** Parse the header. Returns undefined when it is damaged. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader | undefined {
  if (!isNpy(bytes) || bytes.byteLength < 12) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6] >= 2
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const offset = (wide ? 12 : 10) + length
  if (offset > bytes.byteLength) return undefined
  const text = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, offset))
  const descr = /'descr'\s*:\s*'([^']+)'/.exec(text)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1]
  if (descr === undefined || order === undefined || shape === undefined) return undefined
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
  return { descr, fortranOrder: order === 'True', shape: dims, offset }
}
