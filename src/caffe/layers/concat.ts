/** Concat along `axis` (concat_dim in old files) -> Concat. */
import { int as attribute } from '../../ir/node.ts'
import { int, uint } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'

export const concat = defineLayer({
  types: ['Concat'],
  parameter: 'concat_param',
  fields: { axis: int(1), concat_dim: uint() },
  bottoms: [1, Infinity],
  convert(layer) {
    const { axis, concat_dim: old } = layer.params
    const along = old === undefined ? canonicalAxis(layer, axis, 'axis') : canonicalAxis(layer, old, 'concat_dim')
    const [first, ...others] = layer.bottoms
    for (const [i, { shape }] of others.entries()) {
      const fits = shape.length === first.shape.length && shape.every((dim, d) => d === along || dim === first.shape[d])
      if (!fits) {
        throw layer.error(
          `bottom ${i + 2} is ${shape.join('x')}, the first is ${first.shape.join('x')}; they may differ in axis ${along} alone`,
          'correct axis, or the layers that compute the bottoms',
        )
      }
    }
    return layer.bottoms.length === 1 ? first : layer.emit('Concat', layer.bottoms, { axis: attribute(along) })
  },
})
