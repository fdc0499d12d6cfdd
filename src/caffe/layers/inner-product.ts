/** InnerProduct -> Flatten and Gemm; a Reshape brings leading axes other than the batch back. */
import { int } from '../../ir/node.ts'
import { elementCount, Tensor } from '../../ir/tensor.ts'
import { bool, ignored, int as int32, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { canonicalAxis } from './parts/axis.ts'

export const innerProduct = defineLayer({
  types: ['InnerProduct'],
  parameter: 'inner_product_param',
  fields: {
    num_output: uint(),
    bias_term: bool(true),
    axis: int32(1),
    /** The weights are inputs x outputs in the file. */
    transpose: bool(false),
    weight_filler: ignored,
    bias_filler: ignored,
  },
  convert(layer) {
    const { num_output: outputs, bias_term: hasBias, transpose } = layer.params
    if (outputs === undefined || outputs === 0)
      throw layer.error('num_output is missing', 'add num_output: the number of outputs')
    const { shape } = layer.bottom
    const axis = canonicalAxis(layer, layer.params.axis, 'axis')
    const inputs = elementCount(shape.slice(axis))
    const stored = layer.blob(0, 'weights', transpose ? [inputs, outputs] : [outputs, inputs])
    const weight = layer.constant('weights', transpose ? transposed(stored) : stored)
    const bias = hasBias ? layer.constant('bias', layer.blob(1, 'biases', [outputs])) : undefined
    const flat = shape.length === 2 && axis === 1
    const rows = flat ? layer.bottom : layer.emit('Flatten', [layer.bottom], { axis: int(axis) }, 'flatten')
    const result = layer.emit('Gemm', bias ? [rows, weight, bias] : [rows, weight], { transB: int(1) })
    if (axis === 1) return result
    return layer.emit('Reshape', [result, layer.int64s('shape', [...shape.slice(0, axis), outputs])], {}, 'reshape')
  },
})

/** Rows become columns. */
function transposed(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape
  const values = matrix.floats()
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]
  }
  return Tensor.float32([columns, rows], result)
}
