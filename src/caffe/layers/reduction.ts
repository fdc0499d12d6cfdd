/** Reduction of all axes from `axis` on, times coeff: SUM, ASUM (of magnitudes), SUMSQ (of squares), MEAN -> ReduceSum, ReduceMean. */
import { int as attribute } from '../../ir/node.ts'
import { choice, float, int } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'

export const reduction = defineLayer({
  types: ['Reduction'],
  parameter: 'reduction_param',
  fields: { operation: choice(['SUM', 'ASUM', 'SUMSQ', 'MEAN'], 'SUM', [1, 2, 3, 4]), axis: int(0), coeff: float(1) },
  convert(layer) {
    const { operation, coeff } = layer.params
    const x = layer.bottom
    const axes = x.shape.map((_, axis) => axis).slice(canonicalAxis(layer, layer.params.axis, 'axis'))
    const terms =
      operation === 'ASUM'
        ? layer.emit('Abs', [x], {}, 'abs')
        : operation === 'SUMSQ'
          ? layer.emit('Mul', [x, x], {}, 'square')
          : x
    const opType = operation === 'MEAN' ? 'ReduceMean' : 'ReduceSum'
    const suffix = coeff === 1 ? '' : 'reduced'
    const reduced = layer.emit(opType, [terms, layer.int64s('axes', axes)], { keepdims: attribute(0) }, suffix)
    return affine(layer, reduced, coeff, 0, true)
  },
})
