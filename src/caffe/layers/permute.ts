/** Permute of SSD -> Transpose; axes that `order` leaves out follow in their own order. */
import { ints } from '../../ir/node.ts'
import { uints } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const permute = defineLayer({
  types: ['Permute'],
  parameter: 'permute_param',
  fields: { order: uints() },
  convert(layer) {
    const { order } = layer.params
    const axes = layer.bottom.shape.map((_, axis) => axis)
    if (new Set(order).size !== order.length || order.some((axis) => axis >= axes.length)) {
      throw layer.error(
        `order ${order.join(', ')} does not name axes of ${layer.bottom.shape.join('x')} once each`,
        `name each of 0 to ${axes.length - 1} at most once`,
        'order',
      )
    }
    const perm = [...order, ...axes.filter((axis) => !order.includes(axis))]
    if (perm.every((axis, i) => axis === i)) return layer.bottom
    return layer.emit('Transpose', [layer.bottom], { perm: ints(perm) })
  },
})
