import { cloneModel, type Model } from '../ir/model.ts'

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
