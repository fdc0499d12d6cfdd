/**
 * Rounding that looks at what the weights meet: of the codes q of an output's weights w, those with the least
 *
 *     (w - s q)^T H (w - s q),     H = mean of x x^T over input rows x, plus damping on its diagonal
 *
 * which is the mean squared error of the output. Weights are visited in turn, each moves to the code that is best while the others
 * stay, until none moves: coordinate descent as in QuantEase (Behdin et al. 2023), from the nearest codes. It never ends above them,
 * and needs neither factorisation nor inverse of H, as GPTQ (Frantar et al. 2022) does.
 */

/** Visits of all weights at most. */
const MOST_SWEEPS = 4
const LARGEST = 127

export interface RowsToRound {
  /** s of each output. */
  scales: Float32Array
  /** Nearest codes at first; changed in place. */
  codes: Int8Array
  /** Column of each output that keeps its code; -1: none. */
  kept: Int32Array
  /** H, columns x columns. */
  moments: Float32Array
  /** H (w - s q) for the codes as given, outputs x columns. */
  slopes: Float32Array
}

/** Improve the codes of every output. */
export function roundRows({ scales, codes, kept, moments, slopes }: RowsToRound): void {
  const outputs = scales.length
  const columns = codes.length / outputs
  const slope = new Float64Array(columns)
  for (let o = 0; o < outputs; o++) {
    const start = o * columns
    const scale = scales[o]
    for (let j = 0; j < columns; j++) slope[j] = slopes[start + j]
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let moved = false
      for (let j = 0; j < columns; j++) {
        const curvature = scale * moments[j * columns + j]
        if (j === kept[o] || curvature === 0) continue
        const code = codes[start + j]
        const wanted = Math.max(-LARGEST, Math.min(LARGEST, code + Math.round(slope[j] / curvature)))
        const step = wanted - code
        if (step === 0) continue
        codes[start + j] = wanted
        moved = true
        const change = step * scale
        for (let k = 0, at = j * columns; k < columns; k++, at++) slope[k] -= change * moments[at]
      }
      if (!moved) break
    }
  }
}
