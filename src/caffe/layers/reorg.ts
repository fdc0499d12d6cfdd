/**
 * Reorg of YOLOv2, in darknet's own order: the input's memory is read as if it were C/s^2 x sH x sW, and blocks of that go to the
 * channels (reorg_cpu in darknet's blas.c) -> Reshape, SpaceToDepth, Reshape. `reverse` is a plain DepthToSpace.
 *
 * Ports that call their layer PassThrough move blocks of the input itself: pass-through.ts.
 */
import { int, string } from '../../ir/node.ts'
import { bool, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { dividedByBlock } from './parts/blocks.ts'
import { pictures } from './parts/pictures.ts'
import { reshaped } from './parts/reshaped.ts'

export const reorg = defineLayer({
  types: ['Reorg'],
  parameter: 'reorg_param',
  fields: { stride: uint(2), reverse: bool(false) },
  convert(layer) {
    const { stride, reverse } = layer.params
    const area = stride * stride
    const channels = pictures(layer, layer.bottom)[1]
    if (stride === 0 || channels % area !== 0) {
      throw layer.error(
        `${channels} channels cannot be divided by stride^2 = ${area}`,
        'correct stride',
        layer.has('stride') ? 'stride' : undefined,
      )
    }
    if (reverse) return layer.emit('DepthToSpace', [layer.bottom], { blocksize: int(stride), mode: string('DCR') })
    const [batch, , height, width] = dividedByBlock(layer, stride, 'stride')
    const read = reshaped(layer, [batch, channels / area, height * stride, width * stride], layer.bottom, 'read')
    const moved = layer.emit('SpaceToDepth', [read], { blocksize: int(stride) })
    return reshaped(layer, [batch, channels * area, height / stride, width / stride], moved, 'written')
  },
})
