/** Seeded random feeds. */
import type { Graph } from '../../src/ir/graph.ts'
import { elementCount, Tensor } from '../../src/ir/tensor.ts'
import { tensorFrom } from '../../src/ops/propagate.ts'

/** A small linear congruential generator: the same numbers on every machine. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** One tensor per graph input; floats uniform in [low, high). */
export function randomFeeds(graph: Graph, seed: number, low = -1, high = 1): Map<string, Tensor> {
  const next = generator(seed)
  return new Map(
    graph.inputs.map((info) => {
      const shape = graph.shape(info.name)!
      const values = Array.from({ length: elementCount(shape) }, () => low + (high - low) * next())
      return [info.name, tensorFrom(info.dtype, shape, values)]
    }),
  )
}

/** Bytes that differ for every seed. */
export function randomBytes(count: number, seed: number): Uint8Array {
  const next = generator(seed)
  return Uint8Array.from({ length: count }, () => Math.floor(256 * next()))
}
