/** How many runners there is memory for: a network whose float results fill it (a detector's) is run by one. */
import type { Graph } from '../ir/graph.ts'
import { elementsOf, peakElements } from './cuts.ts'

/** Bytes that float results and runners beyond the first may need together. */
const MEMORY_BYTES = 144 * 2 ** 20
/** What a runner needs beside weights and the values of its runs: kept values, an isolate of V8, and memory that nobody gives back. */
const OWN_BYTES = 80 * 2 ** 20
/** A value that is alive is there as it was computed, clipped and fake-quantized. */
const FORMS = 3
const BYTES = 4

/**
 * @param judged values whose float results are kept for every sample
 * @param sessions how often a runner holds the weights
 * @param means values whose means are measured in one run
 */
export function mostRunners(
  graph: Graph,
  {
    judged,
    samples,
    sessions,
    means,
  }: { judged: readonly string[]; samples: number; sessions: number; means: readonly string[] },
): number {
  const left = MEMORY_BYTES - BYTES * samples * elementsOf(graph, judged)
  const weights = [...graph.constants.values()].reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0)
  const each =
    OWN_BYTES + sessions * weights + BYTES * Math.max(FORMS * peakElements(graph, judged), elementsOf(graph, means))
  return 1 + Math.max(0, Math.floor(left / each))
}
