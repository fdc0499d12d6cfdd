/** How sure a difference between two models is: paired bootstrap over pictures (Efron 1979; percentile interval). */

export interface DifferenceInterval {
  /** Second minus first, on the pictures as they are. */
  readonly difference: number
  /** 95 % of the resamples lie between. */
  readonly low: number
  readonly high: number
  readonly resamples: number
}

/**
 * Both models' values are computed on the same drawn pictures, as many as there are, with replacement. The draws are seeded: the
 * same outcomes give the same interval.
 * @param first One outcome per picture; `second` in the same order.
 * @param value Metric of a set of outcomes; draws where it is null are left out.
 * @returns undefined where the value of the whole is null or fewer than two pictures were scored.
 */
export function pairedBootstrap<Outcome>(
  first: readonly Outcome[],
  second: readonly Outcome[],
  value: (outcomes: readonly Outcome[]) => number | null,
): DifferenceInterval | undefined {
  if (first.length !== second.length) throw new RangeError(`${first.length} and ${second.length} pictures are no pairs`)
  const difference = subtract(value(second), value(first))
  if (difference === null || first.length < 2) return undefined
  const random = mulberry32(1)
  const differences: number[] = []
  const resamples = resampleCount(first.length)
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = Array.from(first, () => Math.floor(random() * first.length))
    const of = (outcomes: readonly Outcome[]): number | null => value(drawn.map((index) => outcomes[index]))
    const drawnDifference = subtract(of(second), of(first))
    if (drawnDifference !== null) differences.push(drawnDifference)
  }
  differences.sort((a, b) => a - b)
  const at = (share: number): number => differences[Math.round(share * (differences.length - 1))]
  return { difference, low: at(0.025), high: at(0.975), resamples: differences.length }
}

/** 1,000, fewer for large sets: their intervals are narrow, and each value takes long. */
function resampleCount(pictures: number): number {
  return Math.max(200, Math.min(1000, Math.ceil(2_000_000 / pictures)))
}

function subtract(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b
}

/** Uniform numbers in [0, 1): Tommy Ettinger's mulberry32, the same on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let hash = Math.imul(state ^ (state >>> 15), state | 1)
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61)
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32
  }
}
