/** All transformers under the manual's class names. A new one: `defineTransformer` in a file here, and a name in this list. */
import { addTransformer, meanTransformer, normalizeTransformer, scaleTransformer } from './arithmetic.ts'
import { f32ToS8Transformer, f32ToU8Transformer } from './cast.ts'
import {
  bgr2grayTransformer,
  bgr2rgbTransformer,
  reduceChannelTransformer,
  rgb2bgrTransformer,
  rgb2gray128Transformer,
  rgb2grayTransformer,
} from './color.ts'
import {
  centerCropTransformer,
  longSideCropTransformer,
  paddedCenterCropTransformer,
  pilCenterCropTransformer,
} from './crop.ts'
import { chw2hwcTransformer, hwc2chwTransformer, transposeTransformer } from './layout.ts'
import { padResizeTransformer } from './letterbox.ts'
import { padCropTransformer, padTransformer } from './pad.ts'
import {
  pilResizeTransformer,
  resizeTransformer,
  shortLongResizeTransformer,
  shortSideResizeTransformer,
} from './resize.ts'
import type { Transformer } from './transformer.ts'
import { warpAffineTransformer } from './warp.ts'
import {
  bgr2nv12Transformer,
  bgr2yuv444128Transformer,
  bgr2yuv444Transformer,
  bgr2yuvBt601VideoTransformer,
  nv12ToYuv444Transformer,
  rgb2nv12Transformer,
  rgb2yuv444128Transformer,
  rgb2yuv444Transformer,
  rgb2yuvBt601VideoTransformer,
  yuvTransformer,
} from './yuv.ts'

const ALL: readonly Transformer[] = [
  addTransformer,
  bgr2grayTransformer,
  bgr2nv12Transformer,
  bgr2rgbTransformer,
  bgr2yuv444128Transformer,
  bgr2yuv444Transformer,
  bgr2yuvBt601VideoTransformer,
  centerCropTransformer,
  chw2hwcTransformer,
  f32ToS8Transformer,
  f32ToU8Transformer,
  hwc2chwTransformer,
  longSideCropTransformer,
  meanTransformer,
  normalizeTransformer,
  nv12ToYuv444Transformer,
  paddedCenterCropTransformer,
  padCropTransformer,
  padResizeTransformer,
  padTransformer,
  pilCenterCropTransformer,
  pilResizeTransformer,
  reduceChannelTransformer,
  resizeTransformer,
  rgb2bgrTransformer,
  rgb2gray128Transformer,
  rgb2grayTransformer,
  rgb2nv12Transformer,
  rgb2yuv444128Transformer,
  rgb2yuv444Transformer,
  rgb2yuvBt601VideoTransformer,
  scaleTransformer,
  shortLongResizeTransformer,
  shortSideResizeTransformer,
  transposeTransformer,
  warpAffineTransformer,
  yuvTransformer,
]

export const TRANSFORMERS: ReadonlyMap<string, Transformer> = new Map(ALL.map((item) => [item.name, item]))
