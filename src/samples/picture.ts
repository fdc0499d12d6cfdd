/** `preprocess_on: True`: a picture, read by skimage's rules and resized to the input. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { ResolvedInput } from '../config/types.ts'
import { ConfigError, DataError } from '../errors.ts'
import { isNpy } from '../formats/npy.ts'
import { decodeImage } from '../image/decode.ts'
import { elementCount, type Tensor } from '../ir/tensor.ts'
import { buildChain } from '../transforms/chain.ts'
import type { TransformSpec } from '../transforms/spec.ts'
import { toTensor } from '../transforms/to-tensor.ts'
import { pictureKind } from './looks-like.ts'
import { readHead } from './raw.ts'

const KEY = 'calibration_parameters.preprocess_on'

/** Throws where a file cannot be a picture, or the input takes none; decoding itself is left to `readPicture`. */
export function checkPicture(path: string, input: ResolvedInput): void {
  if (input.typeTrain === 'featuremap') {
    throw new ConfigError('CONFIG_PICTURE_INPUT', `input '${input.name}' is a featuremap, not a picture`, {
      where: KEY,
      fix: 'set preprocess_on: False and give float32 samples',
    })
  }
  const head = readHead(path)
  if (pictureKind(head) !== undefined) return
  const size = statSync(path).size
  const count = elementCount(input.shape)
  const raw = isNpy(head) || size === count || size === count * 4
  throw new DataError('DATA_NOT_A_PICTURE', `preprocess_on is True, but ${basename(path)} is no picture`, {
    where: path,
    ...(raw && { detail: 'it looks like a raw sample' }),
    fix: raw
      ? 'set preprocess_on: False'
      : 'keep nothing but JPEG, PNG, BMP, WebP, TIFF or GIF pictures in this folder',
  })
}

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
