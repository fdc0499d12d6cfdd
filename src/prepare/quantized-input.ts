import type { March, ResolvedInput } from '../config/types.ts'
import { Tensor } from '../ir/tensor.ts'
import { quantizedInputLayout } from './input-layout.ts'
import { relayout } from './layout.ts'

/** float32 X_128 in train layout -> int8 X_128 in the quantized model's layout. A featuremap is returned unchanged. */
export function toQuantizedInput(middle: Tensor, input: ResolvedInput, march: March): Tensor {
  if (input.typeTrain === 'featuremap') return middle
  const { data, shape } = relayout(
    new Int8Array(middle.floats()),
    middle.shape,
    input.layoutTrain,
    quantizedInputLayout(input, march),
  )
  return Tensor.of('int8', shape, data)
}
