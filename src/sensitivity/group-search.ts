/**
 * The most sensitive of many targets for less than all targets on all samples. One sample shows how targets compare; it does not show what a
 * target does on other samples (one picture whose boxes are clipped). So on all others the likeliest are quantized alone, and the rest in
 * groups of their like: a group whose error is larger than those of its members explain has a member that one sample did not show. What may
 * still be among the first goes on to more samples, round by round.
 */

/** What a test must say. */
interface Tested {
  /** What the task loses, by sample. */
  errors: readonly number[]
}

/** Targets (by place) quantized together, on some samples. */
export interface GroupTest {
  members: readonly number[]
  samples: readonly number[]
}

/** Do tests; results in their order. */
export type Test<Result> = (tests: readonly GroupTest[]) => Promise<Result[]>

/** Every target once; `isSure` where it was alone on all samples. */
export interface Found<Result> {
  place: number
  /** Of consecutive samples. */
  results: Result[]
  isSure: boolean
}

export interface SearchOptions {
  /** By target: where it starts. Those of one group start at the same place. */
  starts: readonly number[]
  /** How many of the most sensitive must be measured on all samples. */
  wanted: number
  samples: number
}

/** Targets tested together. */
const GROUP = 4
/** So many times the wanted ones are alone on all samples at once, and in no group. */
const LEADERS = 3
/** A target goes on where its error may reach this share of that of the last wanted one. */
const SHARE = 0.7

/** Whether groups cost less than all targets on all samples: one run each, a quarter more for the groups, and about a fifth again for candidates. */
export function groupsPay(count: number, wanted: number, samples: number): boolean {
  const perTarget = 1 + samples / GROUP + samples * Math.max(0.2, ((LEADERS + 0.5) * wanted) / count)
  return perTarget < samples
}

/**
 * Measure targets: errors of a few tensors about add up, so what a group loses beyond what is known of its members, or expected of them,
 * may be the error of any of them.
 */
export async function searchGroups<Result extends Tested>(
  { starts, wanted, samples }: SearchOptions,
  test: Test<Result>,
): Promise<Found<Result>[]> {
  const places = [...starts.keys()]
  const results: Result[][] = places.map(() => [])
  const errors: number[][] = places.map(() => [])
  const alone = async (some: readonly number[], to: number, more: readonly GroupTest[] = []) => {
    const own = some.map((place) => ({ members: [place], samples: range(errors[place].length, to) }))
    const found = await test([...own, ...more])
    for (const [k, place] of some.entries()) {
      results[place].push(found[k])
      errors[place].push(...found[k].errors)
    }
    return found.slice(some.length)
  }
  await alone(places, 1)
  const byFirst = places.toSorted((a, b) => errors[b][0] - errors[a][0])
  const [ahead, rest] = [byFirst.slice(0, LEADERS * wanted), byFirst.slice(LEADERS * wanted)]
  const groups = inGroups(rest, starts)
  const others = groups.map((members) => ({ members, samples: range(1, samples) }))
  const together = await alone(ahead, samples, others)
  const groupOf = new Map(groups.flatMap((members, k) => members.map((place) => [place, k])))

  // One picture has more to lose than another: what all groups lose on a sample, against what their members lose on the first.
  const lostAtFirst = rest.reduce((sum, place) => sum + errors[place][0], 0)
  const shareOf = range(0, samples).map((sample) => {
    if (sample === 0 || lostAtFirst === 0) return 1
    return together.reduce((sum, group) => sum + group.errors[sample - 1], 0) / lostAtFirst
  })
  const errorOn = (place: number, sample: number): number => errors[place][sample] ?? errors[place][0] * shareOf[sample]
  /** Error over all samples: of each target, what is known and for the rest what the first sample lets expect. */
  const expected = (place: number): number => mean(range(0, samples).map((sample) => errorOn(place, sample)))
  /** The most that it may be. */
  const bound = (place: number): number => {
    const group = groupOf.get(place)
    if (group === undefined) return expected(place)
    let unexplained = 0
    for (let sample = errors[place].length; sample < samples; sample++) {
      const explained = groups[group].reduce((sum, member) => sum + errorOn(member, sample), 0)
      // What members do not lose on one sample says nothing of another.
      unexplained += Math.max(0, together[group].errors[sample - 1] - explained)
    }
    return expected(place) + unexplained / samples
  }

  for (const to of [Math.ceil((samples + 1) / 2), samples]) {
    // The last of the leaders is the least that the last wanted target can be.
    const known = ahead.map(expected).sort((a, b) => b - a)
    const least = SHARE * (known[wanted - 1] ?? 0)
    const candidates = rest.filter((place) => errors[place].length < to && bound(place) >= least)
    if (candidates.length > 0) await alone(candidates, to)
  }
  return places.map((place) => ({ place, results: results[place], isSure: errors[place].length === samples }))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

/** Those that start at the same place, in groups of neighbours in the order given. */
function inGroups(places: readonly number[], starts: readonly number[]): number[][] {
  return [...new Set(starts)].flatMap((start) => {
    const here = places.filter((place) => starts[place] === start)
    const count = Math.ceil(here.length / GROUP)
    return Array.from({ length: count }, (_, k) => here.filter((_, i) => Math.floor((i * count) / here.length) === k))
  })
}
