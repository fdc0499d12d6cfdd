/** ShuffleChannel of ShuffleNet: channels of `group` groups take turns -> Reshape, Transpose, Reshape. */
import { ints } from '../../ir/node.ts'
import { uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'
import { reshaped } from './parts/reshaped.ts'

export const shuffleChannel = defineLayer({
  types: ['ShuffleChannel'],
  parameter: 'shuffle_channel_param',
  fields: { group: uint(1) },
  convert(layer) {
    const [batch, channels, height, width] = pictures(layer, layer.bottom)
    const { group } = layer.params
    if (group === 0 || channels % group !== 0)
      throw layer.error(`group ${group} does not divide ${channels} channels`, 'correct group', 'group')
    if (group === 1 || group === channels) return layer.bottom
    const apart = reshaped(layer, [batch, group, channels / group, height, width], layer.bottom, 'apart')
    const turned = layer.emit('Transpose', [apart], { perm: ints([0, 2, 1, 3, 4]) })
    return reshaped(layer, [batch, channels, height, width], turned, 'joined')
  },
})
