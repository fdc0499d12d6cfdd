/** Functions that ONNX has under another name: Sigmoid, TanH, AbsVal, BNLL (log(1 + e^x) = Softplus), Mish. */
import { ignored } from '../prototxt/fields.ts'
import { type CaffeLayer, defineLayer } from './layer.ts'

function same(type: string, parameter: string, opType: string): CaffeLayer {
  return defineLayer({
    types: [type],
    parameter,
    fields: { engine: ignored },
    convert: (layer) => layer.emit(opType, [layer.bottom]),
  })
}

export const sigmoid = same('Sigmoid', 'sigmoid_param', 'Sigmoid')
export const tanh = same('TanH', 'tanh_param', 'Tanh')
export const absVal = same('AbsVal', 'absval_param', 'Abs')
export const bnll = same('BNLL', 'bnll_param', 'Softplus')
export const mish = same('Mish', 'mish_param', 'Mish')
