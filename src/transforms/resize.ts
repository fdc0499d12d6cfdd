/** Resizing with the three libraries' own arithmetic. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { pasteOnCanvas } from '../image/crop.ts'
import { imageSize, makeImage, mapToFloat32, type ImageTensor } from '../image/image-tensor.ts'
import { resizeCv } from '../image/resize-cv.ts'
import { resizePil } from '../image/resize-pil.ts'
import { resizeSkimage, valueRange } from '../image/resize-skimage.ts'
import { strictObject } from '../text/strict-object.ts'
import { asType, cvInterpolation, dataType, heightWidth, requireLayout, side } from './params.ts'
import { defineTransformer } from './transformer.ts'

/** Plain resize to [height, width], aspect not kept. */
export const resizeTransformer = defineTransformer(
  'ResizeTransformer',
  strictObject({
    target_size: heightWidth,
    mode: z.enum(['skimage', 'opencv']).default('skimage'),
    /** Spline order of skimage. */
    method: z.int().min(0).max(5).default(1),
    data_type: dataType.default('float'),
    interpolation: cvInterpolation,
  }),
  (image, { target_size: [height, width], mode, method, data_type, interpolation }) => {
    requireLayout(image, 'HWC', 'ResizeTransformer')
    const resized =
      mode === 'opencv'
        ? resizeCv(image, { height, width }, interpolation)
        : resizeNormalized(image, { height, width }, method)
    return asType(resized, data_type)
  },
)

/** skimage works on 0..1: the value range is mapped there and back (as caffe.io.resize_image). */
function resizeNormalized(image: ImageTensor, size: { height: number; width: number }, order: number): ImageTensor {
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
export const shortSideResizeTransformer = defineTransformer(
  'ShortSideResizeTransformer',
  strictObject({ short_size: side, data_type: dataType.default('float32'), interpolation: cvInterpolation }),
  (image, { short_size, data_type, interpolation }) => {
    requireLayout(image, 'HWC', 'ShortSideResizeTransformer')
    const { height, width } = imageSize(image)
    const long = Math.trunc(short_size * (Math.max(height, width) / Math.min(height, width)))
    const size = height < width ? { height: short_size, width: long } : { height: long, width: short_size }
    return asType(resizeCv(image, size, interpolation), data_type)
  },
)

/** Letterbox: aspect kept, OpenCV linear, the rest of the canvas filled with pad_value; float32. */
export const padResizeTransformer = defineTransformer(
  'PadResizeTransformer',
  strictObject({
    target_size: heightWidth,
    pad_value: z.number().default(127),
    pad_position: z.enum(['boundary', 'bottom_right']).default('boundary'),
  }),
  (image, { target_size: [height, width], pad_value, pad_position }) => {
    requireLayout(image, 'HWC', 'PadResizeTransformer')
    const from = imageSize(image)
    const scale = Math.min(width / from.width, height / from.height)
    const inner = { height: Math.trunc(from.height * scale), width: Math.trunc(from.width * scale) }
    const isCentred = pad_position === 'boundary'
    const top = isCentred ? Math.floor((height - inner.height) / 2) : 0
    const left = isCentred ? Math.floor((width - inner.width) / 2) : 0
    return pasteOnCanvas(resizeCv(image, inner, 'linear'), { top, left, height, width }, pad_value)
  },
)

const PIL_FILTERS = { NEAREST: 'nearest', BILINEAR: 'bilinear', BICUBIC: 'bicubic', LANCZOS: 'lanczos' } as const

/** Pillow resize of uint8 pictures to a short side (one number) or to [height, width]. */
export const pilResizeTransformer = defineTransformer(
  'PILResizeTransformer',
  strictObject({
    size: z.union([side, heightWidth], 'expected the short side, or [height, width]'),
    interpolation: z.enum(['NEAREST', 'BILINEAR', 'BICUBIC', 'LANCZOS']).default('BILINEAR'),
  }),
  (image, { size, interpolation }) => {
    requireLayout(image, 'HWC', 'PILResizeTransformer')
    if (image.dtype !== 'uint8') {
      throw new DataError('DATA_WRONG_TYPE', 'PILResizeTransformer needs uint8 pixels, the image is float32 here', {
        stage: 'preprocess',
        fix: 'read with `reader: pil` or `reader: opencv`, and put it before steps that return float',
      })
    }
    const { height, width } = imageSize(image)
    return resizePil(
      image,
      typeof size === 'number' ? pilShortSide(height, width, size) : pair(size),
      PIL_FILTERS[interpolation],
    )
  },
)

function pair([height, width]: readonly [number, number]): { height: number; width: number } {
  return { height, width }
}

/** The long side is int(size * long / short), multiplied before the division as torchvision does. */
function pilShortSide(height: number, width: number, size: number): { height: number; width: number } {
  return height <= width
    ? { height: size, width: Math.trunc((size * width) / height) }
    : { height: Math.trunc((size * height) / width), width: size }
}
