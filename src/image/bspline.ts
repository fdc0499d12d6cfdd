/** Interpolating B-splines on a line (Unser, "Splines: a perfect fit for signal and image processing", 1999). */

/** Poles of the direct filter for orders 2 to 5 (roots inside the unit circle, Unser 1999, table 1). */
const POLES: Record<number, readonly number[]> = {
  2: [Math.sqrt(8) - 3],
  3: [Math.sqrt(3) - 2],
  4: [
    Math.sqrt(664 - Math.sqrt(438976)) + Math.sqrt(304) - 19,
    Math.sqrt(664 + Math.sqrt(438976)) - Math.sqrt(304) - 19,
  ],
  5: [
    Math.sqrt(67.5 - Math.sqrt(4436.25)) + Math.sqrt(26.25) - 6.5,
    Math.sqrt(67.5 + Math.sqrt(4436.25)) - Math.sqrt(26.25) - 6.5,
  ],
}

const FACTORIAL = [1, 1, 2, 6, 24, 120]

/** The centred cardinal B-spline of order 0..5 at distance `x`: sum of (-1)^k C(n+1,k) (x + (n+1)/2 - k)_+^n / n!. */
export function bsplineWeight(x: number, order: number): number {
  if (order === 0) return 1
  // The left half by symmetry: there few terms are positive, so nothing cancels.
  const at = (order + 1) / 2 - Math.abs(x)
  let sum = 0
  let binomial = 1
  for (let k = 0; k <= order + 1 && at > k; k++) {
    sum += binomial * (at - k) ** order
    binomial *= -(order + 1 - k) / (k + 1)
  }
  return sum / FACTORIAL[order]
}

/**
 * Spline coefficients that interpolate the samples along one axis, mirrored about the border samples.
 *
 * `source` holds `outer` blocks of `length` positions of `inner` values. Returns a new array of the same form.
 */
export function prefilterSpline(
  source: Float64Array,
  { outer, length, inner }: { outer: number; length: number; inner: number },
  order: number,
): Float64Array {
  const out = Float64Array.from(source)
  if (length === 1) return out
  const poles = POLES[order] ?? []
  const gain = poles.reduce((product, z) => product * (1 - z) * (1 - 1 / z), 1)
  const line = new Float64Array(length)
  for (let block = 0; block < outer; block++) {
    for (let k = 0; k < inner; k++) {
      const start = block * length * inner + k
      for (let i = 0; i < length; i++) line[i] = out[start + i * inner] * gain
      for (const z of poles) filterLine(line, z)
      for (let i = 0; i < length; i++) out[start + i * inner] = line[i]!
    }
  }
  return out
}

/** One causal and one anticausal pass with pole `z`, started exactly for a mirrored signal. */
function filterLine(line: Float64Array, z: number): void {
  const last = line.length - 1
  const zLast = z ** last
  let first = line[0] + zLast * line[last]
  let power = z
  for (let i = 1; i < last; i++, power *= z) first += power * (line[i] + zLast * line[last - i])
  line[0] = first / (1 - zLast * zLast)
  for (let i = 1; i <= last; i++) line[i] += z * line[i - 1]
  line[last] = (z / (z * z - 1)) * (line[last] + z * line[last - 1])
  for (let i = last - 1; i >= 0; i--) line[i] = z * (line[i + 1] - line[i])
}
