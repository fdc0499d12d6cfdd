/**
 * PassThrough of YOLOv2 ports: blocks of pixels become channels. All channels of the block's first pixel come first (DCR, as
 * ONNX's SpaceToDepth), or all pixels of the first channel (CRD). darknet's own order is the layer Reorg.
 */
import { int, ints } from '../../ir/node.ts'
import { choice, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { dividedByBlock } from './parts/blocks.ts'
import { reshaped } from './parts/reshaped.ts'

export const passThrough = defineLayer({
  types: ['PassThrough', 'Passthrough'],
  parameter: ['pass_through_param', 'passthrough_param'],
  fields: {
    mode: choice(['DCR', 'CRD'], 'DCR'),
    blocksize: uint(2),
    /** HiSilicon's names. */
    block_height: uint(),
    block_width: uint(),
    num_output: uint(),
  },
  convert(layer) {
    const { mode, blocksize, block_height: blockHeight, block_width: blockWidth, num_output: outputs } = layer.params
    const block = blockHeight ?? blockWidth ?? blocksize
    if ((blockWidth ?? block) !== block) {
      throw layer.error(
        `blocks of ${block}x${blockWidth} are not square`,
        'give block_height and block_width the same value',
        'block_width',
      )
    }
    const [batch, channels, height, width] = dividedByBlock(
      layer,
      block,
      layer.has('block_height') ? 'block_height' : 'blocksize',
    )
    const result = [batch, channels * block * block, height / block, width / block]
    if (outputs !== undefined && outputs !== result[1]) {
      throw layer.error(
        `num_output is ${outputs}, but ${channels} channels in ${block}x${block} blocks give ${result[1]}`,
        'correct num_output or the block',
        'num_output',
      )
    }
    if (mode === 'DCR') return layer.emit('SpaceToDepth', [layer.bottom], { blocksize: int(block) })
    const blocks = reshaped(
      layer,
      [batch, channels, height / block, block, width / block, block],
      layer.bottom,
      'blocks',
    )
    const turned = layer.emit('Transpose', [blocks], { perm: ints([0, 1, 3, 5, 2, 4]) })
    return reshaped(layer, result, turned, 'joined')
  },
})
