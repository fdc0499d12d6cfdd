/** Top-1 and top-5 accuracy, counted so that shards can be added in any order. */

export interface TopKCounts {
  count: number
  top1: number
  top5: number
}

export interface TopKResult {
  /** Share of samples, 0..1. */
  top1: number
  top5: number
  count: number
}

export class TopK {
  readonly #counts: TopKCounts = { count: 0, top1: 0, top5: 0 }

  /** Count one sample: `ranked` holds class ids, best first (at least 5 where the model has that many classes). */
  add(ranked: readonly number[], label: number): void {
    const position = ranked.indexOf(label)
    this.#counts.count += 1
    if (position === 0) this.#counts.top1 += 1
    if (position >= 0 && position < 5) this.#counts.top5 += 1
  }

  /** Add the counts of another shard. */
  merge(other: TopKCounts): void {
    this.#counts.count += other.count
    this.#counts.top1 += other.top1
    this.#counts.top5 += other.top5
  }

  /** What `merge` takes: plain numbers, so that they travel between processes. */
  counts(): TopKCounts {
    return { ...this.#counts }
  }

  /** Shares of the samples counted so far; 0 when there are none. */
  result(): TopKResult {
    const { count, top1, top5 } = this.#counts
    return { top1: count ? top1 / count : 0, top5: count ? top5 / count : 0, count }
  }
}
