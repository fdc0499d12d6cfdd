/**
 * ArgMax: places of the largest values -> ArgMax, or TopK for more than one. Without `axis` all but the batch counts as one axis,
 * and the top is N x 1 x top_k, or N x 2 x top_k with the values as well (out_max_val). With `axis`, out_max_val gives values only.
 *
 * Of equal values Caffe takes the last (it sorts value and index downwards), which ArgMax is told; TopK takes the first.
 */
import { int as attribute } from '../../ir/node.ts'
import { dtypeNumber } from '../../onnx/dtypes.ts'
import { elementCount } from '../../ir/tensor.ts'
import { bool, int, uint, type Values } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import type { LayerContext, Value } from './context.ts'
import { defineLayer } from './layer.ts'
import { reshaped } from './parts/reshaped.ts'

const FIELDS = { out_max_val: bool(false), top_k: uint(1), axis: int() }
type ArgMaxLayer = LayerContext<Values<typeof FIELDS>>

export const argMax = defineLayer({
  types: ['ArgMax'],
  parameter: 'argmax_param',
  fields: FIELDS,
  convert(layer) {
    const { shape } = layer.bottom
    const { axis, out_max_val: withValues, top_k: count } = layer.params
    if (axis !== undefined) {
      const along = canonicalAxis(layer, axis, 'axis')
      checkCount(layer, shape[along])
      if (!withValues)
        return count === 1 ? place(layer, layer.bottom, along, '') : indices(layer, layer.bottom, along, '')
      return largest(layer, layer.bottom, along, '')[0]
    }
    const size = elementCount(shape.slice(1))
    checkCount(layer, size)
    const rows = reshaped(layer, [shape[0], size], layer.bottom, 'rows')
    const wanted = [shape[0], 1, count]
    if (!withValues) {
      const found = count === 1 ? place(layer, rows, 1, 'place') : indices(layer, rows, 1, 'places')
      return reshaped(layer, wanted, found, 'top')
    }
    const [values, places] = largest(layer, rows, 1, 'largest')
    const parts = [reshaped(layer, wanted, asFloat(layer, places), 'places'), reshaped(layer, wanted, values, 'values')]
    return layer.emit('Concat', parts, { axis: attribute(1) })
  },
})

function checkCount(layer: ArgMaxLayer, size: number): void {
  const { top_k: count } = layer.params
  if (count < 1 || count > size)
    throw layer.error(`top_k is ${count}; there are ${size} values`, `give 1 to ${size}`, 'top_k')
}

function place(layer: ArgMaxLayer, x: Value, axis: number, suffix: string): Value {
  return layer.emit(
    'ArgMax',
    [x],
    { axis: attribute(axis), keepdims: attribute(1), select_last_index: attribute(1) },
    suffix,
  )
}

function indices(layer: ArgMaxLayer, x: Value, axis: number, suffix: string): Value {
  return largest(layer, x, axis, suffix)[1]
}

/** Values and places, largest first. */
function largest(layer: ArgMaxLayer, x: Value, axis: number, suffix: string): Value[] {
  return layer.emitMany('TopK', [x, layer.int64s('top_k', [layer.params.top_k])], { axis: attribute(axis) }, 2, suffix)
}

function asFloat(layer: ArgMaxLayer, places: Value): Value {
  return layer.emit('Cast', [places], { to: attribute(dtypeNumber('float32')) }, 'cast')
}
