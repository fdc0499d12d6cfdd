/** SPP: pools into 1, 4, 16... bins and joins the results -> a pooling and Flatten per level, Concat (spp_layer.cpp). */
import { int as attribute } from '../../ir/node.ts'
import type { Value } from './context.ts'
import { choice, ignored, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'
import { pool } from './parts/pool.ts'

export const spp = defineLayer({
  types: ['SPP'],
  parameter: 'spp_param',
  fields: { pyramid_height: uint(), pool: choice(['MAX', 'AVE', 'STOCHASTIC'], 'MAX'), engine: ignored },
  convert(layer) {
    const { pyramid_height: levels, pool: method } = layer.params
    const [, , height, width] = pictures(layer, layer.bottom)
    if (levels === undefined || levels === 0)
      throw layer.error('pyramid_height is missing', 'say how many levels: pyramid_height: 3')
    if (method === 'STOCHASTIC')
      throw layer.error('STOCHASTIC pooling is not supported', 'use pool: MAX or pool: AVE', 'pool')
    if (2 ** (levels - 1) > Math.min(height, width)) {
      throw layer.error(
        `level ${levels} has ${2 ** (levels - 1)} bins, more than ${height}x${width} has rows or columns`,
        'reduce pyramid_height',
        'pyramid_height',
      )
    }
    const parts = Array.from({ length: levels }, (_, level): Value => {
      const bins = 2 ** level
      const kernel = [Math.ceil(height / bins), Math.ceil(width / bins)] as const
      const pad = [halfRest(kernel[0], bins, height), halfRest(kernel[1], bins, width)] as const
      if (pad[0] >= kernel[0] || pad[1] >= kernel[1]) {
        throw layer.error(
          `the bins of level ${level + 1} would lie in padding alone`,
          'reduce pyramid_height',
          'pyramid_height',
        )
      }
      const pooled = pool(layer, layer.bottom, method, { kernel, stride: kernel, pad }, `level_${level}`)
      const suffix = levels === 1 ? '' : `level_${level}_flatten`
      return layer.emit('Flatten', [pooled], { axis: attribute(1) }, suffix)
    })
    return levels === 1 ? parts[0] : layer.emit('Concat', parts, { axis: attribute(1) })
  },
})

/** Half of what the bins are larger than the input, rounded up. */
function halfRest(kernel: number, bins: number, size: number): number {
  return Math.ceil((kernel * bins - size) / 2)
}
