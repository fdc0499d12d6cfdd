import { BINS, type Histogram } from '../histogram.ts'

const GROUPS = 128
const STEP = 16
const SMOOTHING = 1e-4

/**
 * Threshold that loses least information (Kullback-Leibler), in TensorRT's form: the zero bin is dropped; for each candidate
 * number of bins i = 128, 144 ... 2048 the reference P is the first i bins with the tail added to the last one, Q spreads
 * each of 128 groups of the unmodified bins evenly over its non-empty bins. T = (i + 0.5) w, at most the exact maximum.
 */
export function klThreshold(histogram: Histogram): number {
  return klOfBins(histogram.absolute(), histogram.width, histogram.absoluteMax)
}

/** KL over the positive values alone (functions that vanish on the negative side). */
export function signedKlThreshold(histogram: Histogram): number {
  return klOfBins(histogram.positive.slice(), histogram.width, Math.max(histogram.max, 0))
}

/** Bins are changed (zero bin dropped). */
function klOfBins(bins: Float64Array, width: number, limit: number): number {
  bins[0] = 0
  const total = bins.reduce((sum, count) => sum + count, 0)
  if (total === 0) return limit
  let head = 0
  for (let i = 0; i < GROUPS; i++) head += bins[i]
  let best = { divergence: Infinity, bins: BINS }
  for (let i = GROUPS; i <= BINS; i += STEP) {
    const divergence = divergenceAt(bins, i, total - head)
    if (divergence < best.divergence) best = { divergence, bins: i }
    for (let j = i; j < i + STEP && j < BINS; j++) head += bins[j]
  }
  return Math.min((best.bins + 0.5) * width, limit)
}

function divergenceAt(bins: Float64Array, size: number, tail: number): number {
  const reference = bins.slice(0, size)
  reference[size - 1] += tail
  const approximation = new Float64Array(size)
  for (let group = 0; group < GROUPS; group++) {
    const start = Math.floor((group * size) / GROUPS)
    const end = Math.floor(((group + 1) * size) / GROUPS)
    let mass = 0
    let occupied = 0
    for (let i = start; i < end; i++) {
      mass += bins[i]
      if (bins[i] > 0) occupied++
    }
    for (let i = start; i < end; i++) if (bins[i] > 0) approximation[i] = mass / occupied
  }
  const p = smooth(reference)
  const q = smooth(approximation)
  if (!p || !q) return Infinity
  let divergence = 0
  for (let i = 0; i < size; i++) divergence += p[i] * Math.log(p[i] / q[i])
  return divergence
}

/** Normalise, then move a little mass from the occupied bins to the empty ones so that no logarithm is infinite. */
function smooth(bins: Float64Array): Float64Array | undefined {
  let sum = 0
  let empty = 0
  for (const count of bins) {
    sum += count
    if (count === 0) empty++
  }
  const occupied = bins.length - empty
  if (sum === 0 || occupied === 0) return undefined
  const taken = (SMOOTHING * empty) / occupied
  return bins.map((count) => (count === 0 ? SMOOTHING : Math.max(count / sum - taken, SMOOTHING * 1e-3)))
}
