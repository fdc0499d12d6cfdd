/** Channel order and gray. */
import { strides, swapChannels, toGray } from '../image/color.ts'
import { emptyLike, imageSize, makeImage, mapToFloat32, type ImageTensor } from '../image/image-tensor.ts'
import { strictObject } from '../text/strict-object.ts'
import { dataFormat, requireColor, requireLayout } from './params.ts'
import { defineTransformer, type Transformer } from './transformer.ts'

/** Declare a transformer on three-channel images whose only parameter is data_format. */
export function defineColorTransformer(name: string, apply: (image: ImageTensor) => ImageTensor): Transformer {
  return defineTransformer(name, strictObject({ data_format: dataFormat }), (image, { data_format }) => {
    requireLayout(image, data_format, name)
    requireColor(image, name)
    return apply(image)
  })
}

/** The three channels reversed. */
export const bgr2rgbTransformer = defineColorTransformer('BGR2RGBTransformer', swapChannels)
/** The three channels reversed. */
export const rgb2bgrTransformer = defineColorTransformer('RGB2BGRTransformer', swapChannels)

/** Luma as one channel. */
export const rgb2grayTransformer = defineColorTransformer('RGB2GRAYTransformer', (image) => toGray(image, 'rgb'))
/** Luma as one channel. */
export const bgr2grayTransformer = defineColorTransformer('BGR2GRAYTransformer', (image) => toGray(image, 'bgr'))
/** Luma minus 128, float32. */
export const rgb2gray128Transformer = defineColorTransformer('RGB2GRAY_128Transformer', (image) =>
  minus128(toGray(image, 'rgb')),
)

/** The first of the channels alone. */
export const reduceChannelTransformer = defineTransformer(
  'ReduceChannelTransformer',
  strictObject({ data_format: dataFormat }),
  (image, { data_format }) => {
    requireLayout(image, data_format, 'ReduceChannelTransformer')
    const { height, width } = imageSize(image)
    const { pixel } = strides(image)
    const out = emptyLike(image.data, height * width)
    for (let p = 0; p < out.length; p++) out[p] = image.data[p * pixel]!
    return makeImage(out, image.layout, { height, width, channels: 1 })
  },
)

/** x - 128 as float32. */
export function minus128(image: ImageTensor): ImageTensor {
  return mapToFloat32(image, (x) => x - 128)
}
