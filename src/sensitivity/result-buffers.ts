/** Memory for results that are looked at and forgotten: made anew for every run, they keep the garbage collector busy. */
import type { Fetches } from '../engine.ts'
import { arrayConstructor } from '../ir/dtype.ts'
import type { ValueInfo } from '../ir/graph.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'

/** Tensors to write these values into; undefined where a shape depends on the data. */
export function resultBuffers(values: readonly ValueInfo[]): Fetches | undefined {
  const tensors = new Map<string, Tensor>()
  for (const { name, dtype, shape } of values) {
    const sizes = shape?.filter((dim) => typeof dim === 'number')
    if (sizes === undefined || sizes.length !== shape?.length) return undefined
    const Values = arrayConstructor(dtype)
    tensors.set(name, Tensor.of(dtype, sizes, new Values(elementCount(sizes))))
  }
  return tensors
}
