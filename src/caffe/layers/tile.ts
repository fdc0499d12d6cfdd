/** Tile: the bottom `tiles` times along an axis -> Tile. */
import { int } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'

export const tile = defineLayer({
  types: ['Tile'],
  parameter: 'tile_param',
  fields: { axis: int(1), tiles: int() },
  convert(layer) {
    const { tiles } = layer.params
    if (tiles === undefined || tiles < 1)
      throw layer.error('tiles is missing or below 1', 'say how often: tiles: 2', 'tiles')
    const axis = canonicalAxis(layer, layer.params.axis, 'axis')
    if (tiles === 1) return layer.bottom
    const repeats = layer.bottom.shape.map((_, i) => (i === axis ? tiles : 1))
    return layer.emit('Tile', [layer.bottom, layer.int64s('repeats', repeats)])
  },
})
