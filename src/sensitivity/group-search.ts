/**
 * The most sensitive of many targets for less than all targets on all samples. One sample shows how targets compare; it does not show what a
 * target does on other samples (one picture whose boxes are clipped). So neighbours are quantized together on all samples: a group whose
 * error is larger than those of its members explain has a member that one sample did not show.
 */

/** What a test must say. */
interface Tested {
  /** What the task loses. */
  error: number
}

/** Measure targets (by place), each row of them quantized together; results in their order. */
export type Test<Result> = (groups: readonly (readonly number[])[]) => Promise<Result[]>

/** Every target once; `isSure` where it was alone on all samples. */
export interface Found<Result> {
  place: number
  result: Result
  isSure: boolean
}

/** Neighbours tested together. */
const GROUP = 4
/** A target is measured on all samples where its error may reach this share of that of the last wanted one. */
const SHARE = 0.8

/** Whether groups cost less than all targets on all samples: one run each, a quarter more for the groups, about a quarter again for candidates. */
export function groupsPay(count: number, wanted: number, samples: number): boolean {
  const perTarget = 1 + samples / GROUP + samples * Math.max(0.25, (2 * wanted) / count)
  return perTarget < samples
}

/**
 * Measure targets 0 to count - 1. Errors of a few tensors about add up, so with e of each member on one sample and E of the group on all, a
 * member's error on all is taken to be at most e + max(0, E - sum e).
 *
 * @param wanted how many of the most sensitive must be measured on all samples
 */
export async function searchGroups<Result extends Tested>(
  count: number,
  wanted: number,
  onOne: Test<Result>,
  onAll: Test<Result>,
): Promise<Found<Result>[]> {
  const places = Array.from({ length: count }, (_, place) => place)
  const alone = (some: readonly number[]): number[][] => some.map((place) => [place])
  const screened = await onOne(alone(places))
  const errors = screened.map(({ error }) => error)
  const leaders = places.toSorted((a, b) => errors[b] - errors[a]).slice(0, wanted)
  const groups = inGroups(places)
  const results = await onAll([...groups, ...alone(leaders)])
  const sure = new Map(leaders.map((place, k) => [place, results[groups.length + k]]))
  // The last of the leaders is the least that the last wanted target can be.
  const least = SHARE * Math.min(...[...sure.values()].map(({ error }) => error))
  const candidates = groups.flatMap((members, k) => {
    const known = members.reduce((sum, member) => sum + (sure.get(member)?.error ?? errors[member]), 0)
    const unexplained = Math.max(0, results[k].error - known)
    return members.filter((member) => !sure.has(member) && errors[member] + unexplained >= least)
  })
  const measured = candidates.length > 0 ? await onAll(alone(candidates)) : []
  for (const [k, place] of candidates.entries()) sure.set(place, measured[k])
  return places.map((place) => ({ place, result: sure.get(place) ?? screened[place], isSure: sure.has(place) }))
}

function inGroups(places: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(places.length / GROUP) }, (_, k) => places.slice(k * GROUP, (k + 1) * GROUP))
}
