/**
 * Offer many small changes at once; where they are refused, each half of them, down to parts of `least`.
 *
 * @param offer whether a part of the changes was taken over
 */
export async function offerParts<T>(
  changes: readonly T[],
  least: number,
  offer: (part: readonly T[]) => Promise<boolean>,
): Promise<void> {
  if (changes.length === 0 || (await offer(changes))) return
  const middle = changes.length >> 1
  if (middle < least) return
  await offerParts(changes.slice(0, middle), least, offer)
  await offerParts(changes.slice(middle), least, offer)
}

/** The same for all at once, then for halves. */
export async function offerHalves<T>(
  changes: readonly T[],
  offer: (part: readonly T[]) => Promise<boolean>,
): Promise<void> {
  await offerParts(changes, Math.max(1, Math.floor(changes.length / 2)), offer)
}
