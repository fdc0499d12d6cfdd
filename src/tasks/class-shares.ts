/** Which classes a label map shows, and how much of it. */

export interface ClassShare {
  classId: number
  /** Of all pixels, 0..1. */
  share: number
}

/** Classes of a map, largest first, equal ones by class. */
export function classShares(labels: Uint8Array): ClassShare[] {
  const counts = new Uint32Array(256)
  for (const label of labels) counts[label] += 1
  return Array.from(counts, (count, classId) => ({ classId, share: count / labels.length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || a.classId - b.classId)
}
