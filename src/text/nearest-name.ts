/** "Did you mean": the known name closest to what was typed. */

/** The closest candidate within a third of the name's length (at least 2 edits), ignoring case; undefined when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * Optimal string alignment distance: insertions, deletions and replacements of one character, and two neighbours swapped, the
 * commonest typing mistake.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(Math.min(replace, row[j] + 1, next[j - 1] + 1, isSwap ? before[j - 2] + 1 : Infinity))
    }
    before = row
    row = next
  }
  return row[b.length]
}

/** `did you mean 'x'?`, or the list of what there is when nothing is near, or several are equally near. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  const others = candidates.filter((candidate) => candidate !== nearest)
  const distance = (candidate: string): number => editDistance(name.toLowerCase(), candidate.toLowerCase())
  const tie = nearest !== undefined && others.some((candidate) => distance(candidate) === distance(nearest))
  return nearest !== undefined && !tie ? `did you mean '${nearest}'?` : `known are ${candidates.join(', ')}`
}

/** How many names {@link nearestNames} gives. */
const SHOWN = 3

/** The closest names of a long list, also where none is near: those that begin alike or hold the name first. */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  const rank = (candidate: string): number => {
    const text = candidate.toLowerCase()
    const holds = text.includes(wanted) || wanted.includes(text)
    return editDistance(wanted, text) + (holds ? -1000 : 0) - 2 * commonStart(wanted, text)
  }
  return candidates.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN)
}

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
