/** `preprocess_on: True`: a picture, read by skimage's rules and resized to the input. */
import { decodeImage } from '../image/decode.ts'
import type { ResolvedInput } from '../config/types.ts'
import type { Tensor } from '../ir/tensor.ts'
import { buildChain } from '../transforms/chain.ts'
import type { TransformSpec } from '../transforms/spec.ts'
import { toTensor } from '../transforms/to-tensor.ts'

/** Decode, resize to the input size, bring to train colour 0..255 and train layout. */
export async function readPicture(path: string, input: ResolvedInput): Promise<Tensor> {
  const [height, width] = input.layoutTrain === 'NCHW' ? input.shape.slice(2) : input.shape.slice(1, 3)
  const hwc = { data_format: 'HWC' }
  const colour: Partial<Record<ResolvedInput['typeTrain'], TransformSpec>> = {
    bgr: { name: 'RGB2BGRTransformer', params: hwc },
    gray: { name: 'RGB2GRAYTransformer', params: hwc },
    yuv444: { name: 'RGB2YUV444Transformer', params: hwc },
  }
  const specs: TransformSpec[] = [
    { name: 'ResizeTransformer', params: { target_size: [height, width], mode: 'skimage' } },
    { name: 'ScaleTransformer', params: { scale_value: 255 } },
  ]
  const conversion = colour[input.typeTrain]
  if (conversion) specs.push(conversion)
  if (input.layoutTrain === 'NCHW') specs.push({ name: 'HWC2CHWTransformer', params: {} })
  return toTensor(buildChain(specs)(await decodeImage(path, 'skimage')))
}
