/** At most `count` of the values, evenly spread. */
export function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  return Array.from({ length: count }, (_, i) => values[Math.floor((i * values.length) / count)])
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The k-th multiple of the golden ratio, in 0..1: the first few fall evenly over it, however many follow, and in step with no pattern. */
export function goldenFraction(k: number): number {
  return (k * GOLDEN) % 1
}
