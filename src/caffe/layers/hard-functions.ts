/** HardSigmoid and HardSwish of forks: max(0, min(1, x / 6 + 1/2)), and x times that. */
import { float as floatAttribute } from '../../ir/node.ts'
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const hardSigmoid = defineLayer({
  types: ['HSigmoid', 'HardSigmoid'],
  parameter: ['hsigmoid_param', 'hard_sigmoid_param', 'hardsigmoid_param'],
  fields: { alpha: float(1 / 6), beta: float(0.5) },
  convert(layer) {
    const { alpha, beta } = layer.params
    return layer.emit('HardSigmoid', [layer.bottom], { alpha: floatAttribute(alpha), beta: floatAttribute(beta) })
  },
})

export const hardSwish = defineLayer({
  types: ['HSwish', 'HardSwish'],
  convert: (layer) => layer.emit('HardSwish', [layer.bottom]),
})
