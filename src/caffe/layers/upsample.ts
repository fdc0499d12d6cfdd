/** Upsample of darknet ports: nearest neighbour, by a whole factor -> Resize. SegNet's, which reads a pooling mask, is refused. */
import { string } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import { ignored, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'

export const upsample = defineLayer({
  types: ['Upsample'],
  parameter: 'upsample_param',
  fields: {
    scale: uint(2),
    scale_h: uint(),
    scale_w: uint(),
    /** SegNet's. */
    upsample_h: ignored,
    upsample_w: ignored,
    pad_out_h: ignored,
    pad_out_w: ignored,
  },
  bottoms: [1, 2],
  convert(layer) {
    if (layer.bottoms.length === 2 || layer.has('upsample_h') || layer.has('upsample_w')) {
      throw layer.error(
        "SegNet's Upsample, which puts values where a pooling mask says, is not supported",
        'replace it by a Deconvolution or by Upsample { scale: 2 } with one bottom, and train again; or cut the net before it',
      )
    }
    pictures(layer, layer.bottom)
    const { scale } = layer.params
    const [height, width] = [layer.params.scale_h ?? scale, layer.params.scale_w ?? scale]
    if (height < 1 || width < 1) throw layer.error('scale must be at least 1', 'give a whole factor: scale: 2', 'scale')
    if (height === 1 && width === 1) return layer.bottom
    const scales = layer.constant('scales', Tensor.float32([4], [1, 1, height, width]))
    return layer.emit('Resize', [layer.bottom, undefined, scales], {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    })
  },
})
