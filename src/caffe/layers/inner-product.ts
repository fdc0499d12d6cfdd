/** InnerProduct: flattens from `axis` on, then a matrix -> Gemm, with Reshapes where dimensions around it ask for them. */
import { int as attribute } from '../../ir/node.ts'
import { elementCount } from '../../ir/tensor.ts'
import { bool, ignored, int, uint } from '../prototxt/fields.ts'
import { canonicalAxis } from './axis.ts'
import { defineLayer } from './layer.ts'

export const innerProduct = defineLayer({
  types: ['InnerProduct'],
  parameter: 'inner_product_param',
  fields: {
    num_output: uint(),
    bias_term: bool(true),
    weight_filler: ignored,
    bias_filler: ignored,
    axis: int(1),
    transpose: bool(false),
  },
  convert(layer) {
    const { num_output: outputs, bias_term: hasBias, transpose } = layer.params
    const { shape } = layer.bottom
    if (outputs === undefined || outputs === 0)
      throw layer.error('num_output is missing', 'add num_output: the number of outputs')
    const axis = canonicalAxis(layer, layer.params.axis, 'axis')
    const before = shape.slice(0, axis)
    const inputs = elementCount(shape.slice(axis))
    const flat =
      shape.length === 2 && axis === 1
        ? layer.bottom
        : layer.emit('Reshape', [layer.bottom, layer.int64s('flat', [elementCount(before), inputs])], {}, 'flatten')
    // O x I, or I x O with `transpose`
    const weights = layer.constant(
      'weights',
      layer.blob(0, 'weights', transpose ? [inputs, outputs] : [outputs, inputs]),
    )
    const bias = hasBias ? layer.constant('bias', layer.blob(1, 'biases', [outputs])) : undefined
    const product = layer.emit('Gemm', [flat, weights, bias], { transB: attribute(transpose ? 0 : 1) })
    if (before.length === 1) return product
    return layer.emit('Reshape', [product, layer.int64s('shape', [...before, outputs])], {}, 'reshape')
  },
})
