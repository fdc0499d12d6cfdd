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

/** Moves whose effect on the other columns is added up in one go. */
const PENDING = 4

/** Improve the codes of every output. */
export function roundRows({ scales, codes, kept, moments, slopes }: RowsToRound): void {
  const outputs = scales.length
  const columns = codes.length / outputs
  const slope = new Float64Array(columns)
  const changes = new Float64Array(PENDING)
  const rows = new Int32Array(PENDING)
  for (let o = 0; o < outputs; o++) {
    const start = o * columns
    const scale = scales[o]
    let pending = 0
    for (let j = 0; j < columns; j++) slope[j] = slopes[start + j]
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let moved = false
      for (let j = 0; j < columns; j++) {
        const curvature = scale * moments[j * columns + j]
        if (j === kept[o] || curvature === 0) continue
        let own = slope[j]
        for (let i = 0; i < pending; i++) own -= changes[i] * moments[rows[i] + j]
        const code = codes[start + j]
        const wanted = Math.max(-LARGEST, Math.min(LARGEST, code + Math.round(own / curvature)))
        const step = wanted - code
        if (step === 0) continue
        codes[start + j] = wanted
        moved = true
        changes[pending] = step * scale
        rows[pending] = j * columns
        if (++pending < PENDING) continue
        subtractRows(slope, moments, changes, rows)
        pending = 0
      }
      if (!moved) break
    }
  }
}

/** slope -= sum over i of changes[i] * (the row of H from rows[i]): one pass over `slope` for all of them, in half the time of one for each. */
function subtractRows(slope: Float64Array, moments: Float32Array, changes: Float64Array, rows: Int32Array): void {
  const a = changes[0]
  const b = changes[1]
  const c = changes[2]
  const d = changes[3]
  const atA = rows[0]
  const atB = rows[1]
  const atC = rows[2]
  const atD = rows[3]
  for (let k = 0; k < slope.length; k++) {
    slope[k] = slope[k] - a * moments[atA + k] - b * moments[atB + k] - c * moments[atC + k] - d * moments[atD + k]
  }
}
