/** Memory for results that are looked at and forgotten: made anew for every run, they keep the garbage collector busy. */
import type { Fetches } from '../engine.ts'
import { arrayConstructor } from '../ir/dtype.ts'
import type { ValueInfo } from '../ir/graph.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'

export class ResultBuffers {
  readonly #tensors = new Map<string, Tensor>()

  /** Tensors to write these values into, the same whenever it is asked; undefined where a shape depends on the data. */
  of(values: readonly ValueInfo[]): Fetches | undefined {
    const tensors = new Map<string, Tensor>()
    for (const { name, dtype, shape } of values) {
      const sizes = shape?.filter((dim) => typeof dim === 'number')
      if (sizes === undefined || sizes.length !== shape?.length) return undefined
      const Values = arrayConstructor(dtype)
      const tensor = this.#tensors.get(name) ?? Tensor.of(dtype, sizes, new Values(elementCount(sizes)))
      this.#tensors.set(name, tensor)
      tensors.set(name, tensor)
    }
    return tensors
  }
}
