/** Between which two values of a row the values of a longer or shorter one lie. */

/** Value x is `a + weight * (b - a)` with a and b the values at first[x] and second[x]. */
export interface LinearTaps {
  readonly first: Int32Array
  readonly second: Int32Array
  readonly weight: Float32Array
}

/** Linear interpolation with centres at halves, the ends repeated: OpenCV's, and PyTorch's without align_corners. */
export function linearTaps(from: number, to: number): LinearTaps {
  const first = new Int32Array(to)
  const second = new Int32Array(to)
  const weight = new Float32Array(to)
  for (let x = 0; x < to; x++) {
    const source = Math.min(Math.max(((x + 0.5) * from) / to - 0.5, 0), from - 1)
    first[x] = Math.floor(source)
    second[x] = Math.min(first[x] + 1, from - 1)
    weight[x] = source - first[x]
  }
  return { first, second, weight }
}
