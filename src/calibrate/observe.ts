import { bytesPerElement } from '../ir/dtype.ts'
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

/** Bytes of a value of known type and shape. */
export function bytesOf(model: Model, value: string): number {
  return elementCount(model.graph.shape(value) ?? []) * bytesPerElement(model.graph.type(value)!.dtype)
}

/** Neighbouring items in groups whose sizes add up to at most `most`; an item that is larger is alone. */
export function groupsBelow<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): T[][] {
  const groups: T[][] = []
  let room = -1
  for (const item of items) {
    const size = sizeOf(item)
    if (size > room) {
      groups.push([])
      room = most
    }
    groups[groups.length - 1].push(item)
    room -= size
  }
  return groups
}

/** Room for a float value of known shape, to be filled by every run anew. */
export function emptyTensor(model: Model, value: string): Tensor {
  const shape = model.graph.shape(value)
  if (!shape) throw new Error(`no shape known for value '${value}'`)
  return Tensor.float32(shape, new Float32Array(elementCount(shape)))
}
