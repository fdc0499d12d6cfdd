import { cloneModel, type Model } from '../ir/model.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'

/** A copy of the model whose outputs are exactly the named values (of known type). */
export function withOutputs(model: Model, values: readonly string[]): Model {
  const copy = cloneModel(model)
  copy.graph.outputs = values.map((name) => {
    const type = model.graph.type(name)
    if (!type) throw new Error(`no type known for value '${name}'`)
    return { name, dtype: type.dtype, shape: type.shape }
  })
  return copy
}

/** Room for a float value of known shape, to be filled by every run anew. */
export function emptyTensor(model: Model, value: string): Tensor {
  const shape = model.graph.shape(value)
  if (!shape) throw new Error(`no shape known for value '${value}'`)
  return Tensor.float32(shape, new Float32Array(elementCount(shape)))
}
