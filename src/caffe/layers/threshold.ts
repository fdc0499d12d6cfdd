/** Threshold: 1 where x > threshold, else 0 -> Greater, Cast. */
import { int } from '../../ir/node.ts'
import { dtypeNumber } from '../../onnx/dtypes.ts'
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const threshold = defineLayer({
  types: ['Threshold'],
  parameter: 'threshold_param',
  fields: { threshold: float(0) },
  convert(layer) {
    const above = layer.emit(
      'Greater',
      [layer.bottom, layer.scalar('threshold', layer.params.threshold)],
      {},
      'greater',
    )
    return layer.emit('Cast', [above], { to: int(dtypeNumber('float32')) })
  },
})
