/** Resizing with the three libraries' own arithmetic. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { crop } from '../image/crop.ts'
import { imageSize, makeImage, mapToFloat32, type ImageTensor } from '../image/image-tensor.ts'
import { resizeCv, resizeCvByFactor, sizeByFactor } from '../image/resize-cv.ts'
import { resizePil } from '../image/resize-pil.ts'
import { resizeSkimage, valueRange } from '../image/resize-skimage.ts'
import { roundHalfEven, type Size } from '../image/resize-cv-taps.ts'
import { strictObject } from '../text/strict-object.ts'
import { stretched } from './geometry.ts'
import { asType, cvInterpolation, dataType, heightWidth, requireLayout, side } from './params.ts'
import { defineGeometricTransformer, defineResizeTransformer } from './transformer.ts'

/** Plain resize to [height, width], aspect not kept. */
export const resizeTransformer = defineResizeTransformer(
  'ResizeTransformer',
  strictObject({
    target_size: heightWidth,
    mode: z.enum(['skimage', 'opencv']).default('skimage'),
    /** Spline order of skimage. */
    method: z.int().min(0).max(5).default(1),
    data_type: dataType.default('float'),
    interpolation: cvInterpolation,
  }),
  (from, { target_size }) => stretched(from, pair(target_size)),
  (image, { size }, { mode, method, data_type, interpolation }, window) => {
    requireLayout(image, 'HWC', 'ResizeTransformer')
    const resized =
      mode === 'opencv'
        ? resizeCv(image, size, interpolation, window)
        : crop(resizeNormalized(image, size, method), window)
    return asType(resized, data_type)
  },
)

/** skimage works on 0..1: the value range is mapped there and back (as caffe.io.resize_image). */
function resizeNormalized(image: ImageTensor, size: Size, order: number): ImageTensor {
  const { min, max } = valueRange(image.data)
  const { channels } = imageSize(image)
  if (min === max) {
    return makeImage(new Float32Array(size.height * size.width * channels).fill(min), 'HWC', { ...size, channels })
  }
  const range = max - min
  const normalized = mapToFloat32(image, (value) => (value - min) / range)
  return mapToFloat32(resizeSkimage(normalized, size, order), (value) => value * range + min)
}

/** OpenCV resize to a short side; the long side is int(short_size * ratio). */
export const shortSideResizeTransformer = defineResizeTransformer(
  'ShortSideResizeTransformer',
  strictObject({ short_size: side, data_type: dataType.default('float32'), interpolation: cvInterpolation }),
  (from, { short_size }) => {
    const { height, width } = from
    const long = Math.trunc(short_size * (Math.max(height, width) / Math.min(height, width)))
    const size = height < width ? { height: short_size, width: long } : { height: long, width: short_size }
    return stretched(from, size)
  },
  (image, { size }, { data_type, interpolation }, window) => {
    requireLayout(image, 'HWC', 'ShortSideResizeTransformer')
    return asType(resizeCv(image, size, interpolation, window), data_type)
  },
)

/**
 * OpenCV resize by one factor, which brings the short side to short_size unless the long side would pass long_size.
 *
 * `include_im` of the manual hands the original picture on beside the resized one; evaluation here has it anyway.
 */
export const shortLongResizeTransformer = defineGeometricTransformer(
  'ShortLongResizeTransformer',
  strictObject({ short_size: side, long_size: side, include_im: z.boolean().default(true) }),
  (from, { short_size, long_size }) => {
    const [short, long] = [Math.min(from.height, from.width), Math.max(from.height, from.width)]
    const wanted = short_size / short
    const factor = roundHalfEven(wanted * long) > long_size ? long_size / long : wanted
    const placement = { scaleX: factor, scaleY: factor, offsetX: 0, offsetY: 0 }
    return { factor, placement, size: sizeByFactor(from, factor) }
  },
  (image, { factor }) => {
    requireLayout(image, 'HWC', 'ShortLongResizeTransformer')
    return resizeCvByFactor(image, factor)
  },
)

const PIL_FILTERS = { NEAREST: 'nearest', BILINEAR: 'bilinear', BICUBIC: 'bicubic', LANCZOS: 'lanczos' } as const

/** Pillow resize of uint8 pictures to a short side (one number) or to [height, width]. */
export const pilResizeTransformer = defineResizeTransformer(
  'PILResizeTransformer',
  strictObject({
    size: z.union([side, heightWidth], 'expected the short side, or [height, width]'),
    interpolation: z.enum(['NEAREST', 'BILINEAR', 'BICUBIC', 'LANCZOS']).default('BILINEAR'),
  }),
  (from, { size }) => stretched(from, typeof size === 'number' ? pilShortSide(from, size) : pair(size)),
  (image, { size }, { interpolation }, window) => {
    requireLayout(image, 'HWC', 'PILResizeTransformer')
    if (image.dtype !== 'uint8') {
      throw new DataError('DATA_WRONG_TYPE', 'PILResizeTransformer needs uint8 pixels, the image is float32 here', {
        stage: 'preprocess',
        fix: 'read with `reader: pil` or `reader: opencv`, and put it before steps that return float',
      })
    }
    return resizePil(image, size, PIL_FILTERS[interpolation], window)
  },
)

function pair([height, width]: readonly [number, number]): Size {
  return { height, width }
}

/** The long side is int(size * long / short), multiplied before the division as torchvision does. */
function pilShortSide({ height, width }: Size, size: number): Size {
  return height <= width
    ? { height: size, width: Math.trunc((size * width) / height) }
    : { height: Math.trunc((size * height) / width), width: size }
}
