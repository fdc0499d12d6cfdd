/** RGB and BGR to YUV of the same size and to NV12. */
import * as z from 'zod'
import type { ColorOrder } from '../image/color.ts'
import { nv12ToYuv444, toNv12 } from '../image/nv12.ts'
import { toYuv444 } from '../image/yuv.ts'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import { DataError } from '../errors.ts'
import { strictObject } from '../text/strict-object.ts'
import { defineColorTransformer, minus128 } from './color.ts'
import { dataFormat, heightWidth, requireColor, requireLayout } from './params.ts'
import { defineTransformer, type Transformer } from './transformer.ts'

const full = (order: ColorOrder) => (image: ImageTensor) => toYuv444(image, order, 'full')
const video = (order: ColorOrder) => (image: ImageTensor) => toYuv444(image, order, 'video')

/** Full range, float32. */
export const rgb2yuv444Transformer = defineColorTransformer('RGB2YUV444Transformer', full('rgb'))
/** Full range, float32. */
export const bgr2yuv444Transformer = defineColorTransformer('BGR2YUV444Transformer', full('bgr'))
/** Full range minus 128, float32. */
export const rgb2yuv444128Transformer = defineColorTransformer('RGB2YUV444_128Transformer', (image) =>
  minus128(full('rgb')(image)),
)
/** Full range minus 128, float32. */
export const bgr2yuv444128Transformer = defineColorTransformer('BGR2YUV444_128Transformer', (image) =>
  minus128(full('bgr')(image)),
)
/** Y 16..235, U and V 16..240, float32. */
export const rgb2yuvBt601VideoTransformer = defineColorTransformer('RGB2YUVBT601VIDEOTransformer', video('rgb'))
/** Y 16..235, U and V 16..240, float32. */
export const bgr2yuvBt601VideoTransformer = defineColorTransformer('BGR2YUVBT601VIDEOTransformer', video('bgr'))

function defineNv12(name: string, order: ColorOrder): Transformer {
  const params = strictObject({ data_format: dataFormat, cvt_mode: z.enum(['rgb_calc', 'opencv']).default('rgb_calc') })
  return defineTransformer(name, params, (image, { data_format, cvt_mode }) => {
    requireLayout(image, data_format, name)
    requireColor(image, name)
    return toNv12(image, order, cvt_mode)
  })
}

export const rgb2nv12Transformer = defineNv12('RGB2NV12Transformer', 'rgb')
export const bgr2nv12Transformer = defineNv12('BGR2NV12Transformer', 'bgr')

/** Each chroma pair repeated over its 2x2 pixels, uint8. */
export const nv12ToYuv444Transformer = defineTransformer(
  'NV12ToYUV444Transformer',
  strictObject({ target_size: heightWidth, yuv444_output_layout: z.enum(['HWC', 'CHW']).default('HWC') }),
  (image, { target_size: [height, width], yuv444_output_layout }) => {
    const yuv = nv12ToYuv444(image, yuv444_output_layout)
    const size = imageSize(yuv)
    if (size.height !== height || size.width !== width) {
      const message = `NV12ToYUV444Transformer expects ${height} x ${width}, the picture is ${size.height} x ${size.width}`
      throw new DataError('DATA_WRONG_SIZE', message, {
        stage: 'preprocess',
        fix: 'make target_size the size the picture has after resize and crop',
      })
    }
    return yuv
  },
)

/** Through OpenCV's I420 (limited range) and back to full planes, chroma repeated: uint8 HWC. */
export const yuvTransformer = defineTransformer(
  'YUVTransformer',
  strictObject({ color_sequence: z.enum(['BGR', 'RGB']) }),
  (image, { color_sequence }) => {
    requireLayout(image, 'HWC', 'YUVTransformer')
    requireColor(image, 'YUVTransformer')
    return nv12ToYuv444(toNv12(image, color_sequence === 'BGR' ? 'bgr' : 'rgb', 'opencv'), 'HWC')
  },
)
