import { BINS, type Histogram } from '../histogram.ts'

const GROUPS = 128
const STEP = 16
const SMOOTHING = 1e-4
const LOG_SMOOTHING = Math.log(SMOOTHING)

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
  const sums = runningSums(bins)
  if (sums.mass[BINS] === 0) return limit
  let best = { divergence: Infinity, bins: BINS }
  for (let i = GROUPS; i <= BINS; i += STEP) {
    const divergence = divergenceAt(bins, sums, i)
    if (divergence < best.divergence) best = { divergence, bins: i }
  }
  return Math.min((best.bins + 0.5) * width, limit)
}

/** Values and occupied bins before each bin. */
interface RunningSums {
  mass: Float64Array
  occupied: Uint32Array
}

function runningSums(bins: Float64Array): RunningSums {
  const mass = new Float64Array(BINS + 1)
  const occupied = new Uint32Array(BINS + 1)
  for (let i = 0; i < BINS; i++) {
    mass[i + 1] = mass[i] + bins[i]
    occupied[i + 1] = occupied[i] + (bins[i] > 0 ? 1 : 0)
  }
  return { mass, occupied }
}

/**
 * sum P log(P / Q), both normalised and smoothed: a little mass moves from the occupied bins to the empty ones, so that no
 * logarithm is infinite. Bins empty in both add nothing.
 */
function divergenceAt(bins: Float64Array, { mass, occupied }: RunningSums, size: number): number {
  const kept = mass[size]
  if (kept === 0) return Infinity
  const total = mass[BINS]
  const last = bins[size - 1] + total - kept
  const inQ = occupied[size]
  const inP = inQ + (bins[size - 1] === 0 && last > 0 ? 1 : 0)
  const takenP = (SMOOTHING * (size - inP)) / inP
  const takenQ = (SMOOTHING * (size - inQ)) / inQ
  let divergence = 0
  for (let group = 0; group < GROUPS; group++) {
    const start = Math.floor((group * size) / GROUPS)
    const end = Math.floor(((group + 1) * size) / GROUPS)
    const members = occupied[end] - occupied[start]
    const logQ = Math.log(smoothed((mass[end] - mass[start]) / members / kept, takenQ))
    for (let i = start; i < end; i++) {
      const count = i === size - 1 ? last : bins[i]
      if (count === 0) continue
      const p = smoothed(count / total, takenP)
      divergence += p * (Math.log(p) - (bins[i] === 0 ? LOG_SMOOTHING : logQ))
    }
  }
  return divergence
}

function smoothed(share: number, taken: number): number {
  return Math.max(share - taken, SMOOTHING * 1e-3)
}
