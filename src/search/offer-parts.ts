import { type Costs, isWorthDividing } from './isolated-costs.ts'
import type { SharingUnit } from './units.ts'

/**
 * Offer many small changes at once; where they are refused, each half of them, down to parts of `least`.
 *
 * @param offer whether a part of the changes was taken over
 * @param isWorth whether a part that is refused may have halves worth a trial
 */
export async function offerParts<T>(
  changes: readonly T[],
  least: number,
  offer: (part: readonly T[]) => Promise<boolean>,
  isWorth: (part: readonly T[]) => boolean = () => true,
): Promise<void> {
  if (changes.length === 0 || (await offer(changes))) return
  const middle = changes.length >> 1
  if (middle < least || !isWorth(changes)) return
  await offerParts(changes.slice(0, middle), least, offer, isWorth)
  await offerParts(changes.slice(middle), least, offer, isWorth)
}

/** The same down to quarters, as long as the units of a refused part cost enough; the dearest changes come first. */
export async function offerQuarters<T>(
  changes: readonly T[],
  costs: Costs,
  unitOf: (change: T) => SharingUnit,
  offer: (part: readonly T[]) => Promise<boolean>,
): Promise<void> {
  const isWorth = (part: readonly T[]): boolean => isWorthDividing(costs, part.map(unitOf))
  await offerParts(changes, Math.max(1, Math.ceil(changes.length / 4)), offer, isWorth)
}

/** The same for all at once, then for halves. */
export async function offerHalves<T>(
  changes: readonly T[],
  offer: (part: readonly T[]) => Promise<boolean>,
): Promise<void> {
  await offerParts(changes, Math.max(1, Math.floor(changes.length / 2)), offer)
}
