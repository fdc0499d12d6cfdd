/**
 * Smallest and largest value. NaN in the values makes one of the two NaN.
 *
 * Compares the bits as integers, several times as fast as comparing floats: floats of one sign are ordered like their bits, and
 * flipping the lower bits of negative ones orders all of them. NaN lies beyond the infinities.
 *
 * @param values at least one
 */
export function extremes(values: Float32Array): { min: number; max: number } {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  let low = 0x7fffffff
  let high = -0x80000000
  for (let i = 0; i < bits.length; i++) {
    const own = bits[i]
    const key = own ^ ((own >> 31) & 0x7fffffff)
    if (key < low) low = key
    if (key > high) high = key
  }
  return { min: floatOf(low), max: floatOf(high) }
}

const word = new Int32Array(1)
const float = new Float32Array(word.buffer)

/** The float of an ordered key; adding 0 turns -0 into 0. */
function floatOf(key: number): number {
  word[0] = key ^ ((key >> 31) & 0x7fffffff)
  return float[0] + 0
}
