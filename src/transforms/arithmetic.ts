/** Value arithmetic: every result is float32, each operation rounded once. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { strides } from '../image/color.ts'
import { imageSize, makeImage, mapToFloat32 } from '../image/image-tensor.ts'
import { strictObject } from '../text/strict-object.ts'
import { dataFormat, requireLayout } from './params.ts'
import { defineTransformer } from './transformer.ts'

const numbers = z.union([z.number(), z.array(z.number()).min(1)], 'expected a number or a list of numbers')

/** x + value, e.g. -128. */
export const addTransformer = defineTransformer('AddTransformer', strictObject({ value: z.number() }), (image, p) =>
  mapToFloat32(image, (x) => x + p.value),
)

/** x * scale_value, e.g. 255 after the skimage reader. */
export const scaleTransformer = defineTransformer(
  'ScaleTransformer',
  strictObject({ scale_value: z.number() }),
  (image, p) => mapToFloat32(image, (x) => x * p.scale_value),
)

/** x / std. */
export const normalizeTransformer = defineTransformer(
  'NormalizeTransformer',
  strictObject({ std: z.number().refine((std) => std !== 0, 'std must not be 0') }),
  (image, p) => mapToFloat32(image, (x) => x / p.std),
)

/** x - means: one number, or one per channel. */
export const meanTransformer = defineTransformer(
  'MeanTransformer',
  strictObject({ means: numbers, data_format: dataFormat }),
  (image, { means, data_format }) => {
    if (typeof means === 'number') return mapToFloat32(image, (x) => x - means)
    requireLayout(image, data_format, 'MeanTransformer')
    const { height, width, channels } = imageSize(image)
    if (means.length !== channels) {
      const message = `MeanTransformer has ${means.length} means, the image has ${channels} channels`
      throw new DataError('DATA_WRONG_CHANNELS', message, { stage: 'preprocess', fix: 'give one mean per channel' })
    }
    const { pixel, channel } = strides(image)
    const out = new Float32Array(image.data.length)
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < height * width; p++) {
        const at = p * pixel + c * channel
        out[at] = image.data[at] - means[c]
      }
    }
    return makeImage(out, image.layout, { height, width, channels })
  },
)
