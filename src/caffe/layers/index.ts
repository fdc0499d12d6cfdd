/** Layer type -> its file. One line each. */
import { convolution } from './convolution.ts'
import { dropout } from './dropout.ts'
import { innerProduct } from './inner-product.ts'
import type { CaffeLayer } from './layer.ts'
import { relu } from './relu.ts'
import { softmax } from './softmax.ts'
import { split } from './split.ts'

const LAYERS: readonly CaffeLayer[] = [
  //
  convolution,
  dropout,
  innerProduct,
  relu,
  softmax,
  split,
]

const BY_TYPE = new Map(LAYERS.flatMap((layer) => layer.types.map((type) => [type, layer] as const)))

/** The layer of a type; undefined for types nobody knows. */
export function layerOf(type: string): CaffeLayer | undefined {
  return BY_TYPE.get(type)
}

export function layerTypes(): string[] {
  return [...BY_TYPE.keys()]
}
