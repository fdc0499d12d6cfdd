/** What an interval of 95 % cannot tell; for the terminal and the page. */

/** With fewer pictures drawing among them shows nothing of others. */
const FEW_PICTURES = 10

interface Compared {
  interval: { low: number; high: number } | undefined
  /** Pictures that get another answer; undefined where an answer is not one thing. */
  changed: number | undefined
}

/** False where every draw gave the same: the width of such an interval is no certainty. */
export function hasWidth({ low, high }: { low: number; high: number }): boolean {
  return low < high
}

/** A sentence where the difference of two models on `n` pictures says little; undefined where its interval speaks for itself. */
export function intervalDoubt(n: number, { interval, changed }: Compared): string | undefined {
  const few = n < FEW_PICTURES ? `${pictures(n)} say${n === 1 ? 's' : ''} little: score some hundreds.` : undefined
  if (interval === undefined || hasWidth(interval) || interval.low !== 0) return few
  const same = changed === 0 ? `No answer changed on ${pictures(n)}` : `No score changed on ${pictures(n)}`
  return few === undefined
    ? `${same}: so there is no interval, and others may still change.`
    : `${same}, but so few say little: score some hundreds.`
}

function pictures(n: number): string {
  return n === 1 ? '1 picture' : `${n} pictures`
}
