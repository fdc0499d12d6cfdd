import type { Histogram } from '../histogram.ts'

const CANDIDATES = 100

/**
 * Threshold with the least squared quantization error over the histogram of |x|: of T_k = k max/100, k = 1..100, the one that
 * minimises sum h_i (clip(round(c_i / s), 0, L) s - c_i)^2 with s = T_k / L and c_i the bin centres.
 *
 * @param levels largest code, 127 for int8
 */
export function mseThreshold(histogram: Histogram, levels: number): number {
  const bins = histogram.absolute()
  const limit = histogram.absoluteMax
  let best = { error: Infinity, threshold: limit }
  for (let k = 1; k <= CANDIDATES; k++) {
    const threshold = (k * limit) / CANDIDATES
    const scale = threshold / levels
    let error = 0
    for (let i = 0; i < bins.length && error < best.error; i++) {
      if (bins[i] === 0) continue
      const centre = (i + 0.5) * histogram.width
      const rounded = Math.min(Math.round(centre / scale), levels) * scale
      error += bins[i] * (rounded - centre) ** 2
    }
    if (error < best.error) best = { error, threshold }
  }
  return best.threshold
}
