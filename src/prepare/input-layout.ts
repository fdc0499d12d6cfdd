import type { Layout, March, ResolvedInput } from '../config/types.ts'

/** Layout of an image input of the quantized model: NHWC for nv12 and on bernoulli2, else input_layout_rt or train layout. */
export function quantizedInputLayout(input: ResolvedInput, march: March): Layout {
  if (input.typeTrain === 'featuremap') return input.layoutTrain
  if (input.typeRt === 'nv12' || march === 'bernoulli2') return 'NHWC'
  return input.layoutRt ?? input.layoutTrain
}
