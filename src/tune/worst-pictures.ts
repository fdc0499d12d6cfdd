/** The pictures that trials are judged on, and what their outcomes say about all. */
import { spread } from '../calibrate/spread.ts'
import type { Scoring } from '../tasks/scoring/scoring.ts'

/** So many of the pictures are enough for a trial, within bounds. */
const SHARE = 1 / 4
const LEAST = 20
const MOST = 300
/** Part of them that is spread over the others: what helps the worst must not ruin the rest. */
const OTHERS = 1 / 4

/** Positions of the pictures that lose most from `float` to `reference`, and some of the others; ascending. */
export function worstPictures(scoring: Scoring, float: readonly unknown[], reference: readonly unknown[]): number[] {
  const all = [...float.keys()]
  const count = Math.min(MOST, Math.max(LEAST, Math.round(float.length * SHARE)))
  if (count >= float.length) return all
  const damage = float.map((outcome, i) => scoring.damage(outcome, reference[i]))
  const ranked = all.toSorted((a, b) => damage[b] - damage[a] || a - b)
  const worst = ranked.slice(0, count - Math.floor(count * OTHERS))
  const chosen = new Set(worst)
  const others = spread(
    all.filter((position) => !chosen.has(position)),
    count - worst.length,
  )
  return [...worst, ...others].sort((a, b) => a - b)
}

/** Outcomes of all pictures where only those at some positions are known anew. */
export function withOutcomes(
  reference: readonly unknown[],
  positions: readonly number[],
  outcomes: readonly unknown[],
): unknown[] {
  const result = [...reference]
  for (const [i, position] of positions.entries()) result[position] = outcomes[i]
  return result
}

/** Mean damage per picture. */
export function meanDamage(scoring: Scoring, before: readonly unknown[], after: readonly unknown[]): number {
  const sum = before.reduce<number>((total, outcome, i) => total + scoring.damage(outcome, after[i]), 0)
  return sum / Math.max(1, before.length)
}
