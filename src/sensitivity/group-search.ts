/**
 * The most sensitive of many targets with fewer tests than targets: neighbours quantized together, and alone only where their common error is
 * large.
 */

/** What a test must say. */
interface Tested {
  /** What the task loses. */
  error: number
}

/** Targets (by place) quantized together, and what came of it. */
export interface GroupTest<Result> {
  members: readonly number[]
  result: Result
}

/** Every so many targets one is measured alone, to see how errors are spread. */
const SAMPLED = 8
/** Neighbours tested together. */
const GROUP = 4
/**
 * A group is split where its error reaches this share of that of the last wanted target. Errors of few tensors about add up; half leaves room for
 * those that cancel each other.
 */
const SHARE = 0.5
/** Groups pay while fewer of them than this must be split: one test for four, and four more for those. */
const LARGEST_SPLIT_SHARE = 0.6

/**
 * Test targets 0 to count - 1, each alone or in a group that holds none of the `wanted` most sensitive. Groups are used where a
 * part of the targets, measured alone first, says that they pay.
 *
 * @param test measure groups; results in their order
 */
export async function searchGroups<Result extends Tested>(
  count: number,
  wanted: number,
  test: (groups: readonly (readonly number[])[]) => Promise<Result[]>,
): Promise<GroupTest<Result>[]> {
  const done: GroupTest<Result>[] = []
  const run = async (groups: readonly (readonly number[])[]): Promise<GroupTest<Result>[]> => {
    const results = groups.length === 0 ? [] : await test(groups)
    return groups.map((members, i) => ({ members, result: results[i] }))
  }
  const places = Array.from({ length: count }, (_, place) => place)
  const sampled = places.filter((place) => place % SAMPLED === 0)
  const others = places.filter((place) => place % SAMPLED !== 0)
  done.push(...(await run(sampled.map((place) => [place]))))
  const errors = done.map(({ result }) => result.error)
  if (!groupsPay(errors, (wanted * sampled.length) / count)) {
    done.push(...(await run(others.map((place) => [place]))))
    return done
  }
  let open = (await run(inGroups(others))).sort((a, b) => b.result.error - a.result.error)
  // The worst groups first: they show how large the error of the last wanted target is at least.
  for (const isEnough of [(k: number) => k >= wanted, () => false]) {
    const least = SHARE * lastWanted(done, wanted)
    const split = open.filter(({ result }, k) => result.error >= least && !isEnough(k))
    open = open.filter((group) => !split.includes(group))
    done.push(...(await run(split.flatMap(({ members }) => members.map((place) => [place])))))
  }
  return [...done, ...open]
}

/** Whether most groups of neighbours would stay below a share of the error of the last wanted target, as far as a sample tells. */
function groupsPay(errors: readonly number[], wanted: number): boolean {
  const last = errors.toSorted((a, b) => b - a)[Math.max(1, Math.ceil(wanted)) - 1]
  const sums = inGroups([...errors.keys()]).map((group) => group.reduce((sum, k) => sum + errors[k], 0))
  return sums.filter((sum) => sum >= SHARE * last).length < LARGEST_SPLIT_SHARE * sums.length
}

function inGroups(places: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(places.length / GROUP) }, (_, k) => places.slice(k * GROUP, (k + 1) * GROUP))
}

/** Error of the last wanted of the targets measured alone. */
function lastWanted(tests: readonly GroupTest<Tested>[], wanted: number): number {
  const errors = tests.filter(({ members }) => members.length === 1).map(({ result }) => result.error)
  return errors.sort((a, b) => b - a)[wanted - 1] ?? 0
}
