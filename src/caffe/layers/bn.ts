/**
 * BN of two forks.
 *
 * SegNet: two blobs, scale and shift, into which its script compute_bn_statistics.py has folded mean and variance -> Mul, Add.
 * PSPNet: four blobs, slope, bias, mean, variance -> BatchNormalization.
 */
import { float as floatAttribute } from '../../ir/node.ts'
import { bool, choice, float, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const bn = defineLayer({
  types: ['BN'],
  parameter: 'bn_param',
  fields: {
    bn_mode: choice(['LEARN', 'INFERENCE'], undefined),
    eps: float(1e-5),
    var_eps: float(),
    frozen: bool(false),
    momentum: ignored,
    slope_filler: ignored,
    bias_filler: ignored,
    scale_filler: ignored,
    shift_filler: ignored,
    engine: ignored,
  },
  convert(layer) {
    const { shape } = layer.bottom
    if (shape.length < 2)
      throw layer.error(
        `the bottom has the shape ${shape.join('x')}, no channels (axis 1)`,
        'Reshape before this layer',
      )
    const channels = shape[1]
    const aligned = [channels, ...shape.slice(2).map(() => 1)]
    if (layer.blobCount === 4) {
      const [scale, bias, mean, variance] = ['slopes', 'biases', 'means', 'variances'].map((what, i) =>
        layer.constant(what, layer.blob(i, what, [channels])),
      )
      const epsilon = layer.params.var_eps ?? layer.params.eps
      return layer.emit('BatchNormalization', [layer.bottom, scale, bias, mean, variance], {
        epsilon: floatAttribute(epsilon),
      })
    }
    if (layer.params.bn_mode === 'LEARN') {
      throw layer.error(
        'bn_mode LEARN uses statistics of the batch, which a trained network has not folded in yet',
        "run SegNet's compute_bn_statistics.py and give its caffemodel, with bn_mode: INFERENCE",
        'bn_mode',
      )
    }
    const scale = layer.constant('scale', layer.blob(0, 'scales', [channels]).reshape(aligned))
    const shift = layer.constant('shift', layer.blob(1, 'shifts', [channels]).reshape(aligned))
    return layer.emit('Add', [layer.emit('Mul', [layer.bottom, scale]), shift], {}, 'shift')
  },
})
