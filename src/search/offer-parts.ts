import type { QuantizedState } from './state.ts'
import type { Trial } from './trial.ts'

/** What a part of the changes makes. */
export interface PartialOffer {
  state: QuantizedState
  change: string
  names: readonly string[]
}

/**
 * Offer many small changes at once; where they are refused, each half of them, down to parts of `least`.
 *
 * @param make the accepted state with some of the changes
 * @param onAccepted called with every part that was accepted
 * @returns whether any was accepted
 */
export async function offerParts<T>(
  trial: Trial,
  changes: readonly T[],
  least: number,
  stage: string,
  make: (part: readonly T[]) => PartialOffer,
  onAccepted: (part: readonly T[]) => void = () => {},
): Promise<boolean> {
  if (changes.length === 0 || trial.isOver) return false
  const { state, change, names } = make(changes)
  if (await trial.offer(stage, change, names, state)) {
    onAccepted(changes)
    return true
  }
  const middle = changes.length >> 1
  if (middle < least) return false
  const first = await offerParts(trial, changes.slice(0, middle), least, stage, make, onAccepted)
  const second = await offerParts(trial, changes.slice(middle), least, stage, make, onAccepted)
  return first || second
}
