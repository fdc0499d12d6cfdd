/** Axis order. */
import * as z from 'zod'
import { ConfigError, DataError } from '../errors.ts'
import { emptyLike, toLayout, type ImageTensor } from '../image/image-tensor.ts'
import { strictObject } from '../text/strict-object.ts'
import { unmoved } from './geometry.ts'
import { requireLayout } from './params.ts'
import { defineTransformer } from './transformer.ts'

/** [H,W,C] to [C,H,W]. */
export const hwc2chwTransformer = defineTransformer('HWC2CHWTransformer', strictObject({}), (image) => {
  requireLayout(image, 'HWC', 'HWC2CHWTransformer')
  return toLayout(image, 'CHW')
})

/** [C,H,W] to [H,W,C]. */
export const chw2hwcTransformer = defineTransformer('CHW2HWCTransformer', strictObject({}), (image) => {
  requireLayout(image, 'CHW', 'CHW2HWCTransformer')
  return toLayout(image, 'HWC')
})

const axis = z.int().min(0).max(2)

/** Any permutation of the three axes that leaves the channels first or last. */
export const transposeTransformer = defineTransformer(
  'TransposeTransformer',
  strictObject({
    order: z.tuple([axis, axis, axis]).refine((order) => new Set(order).size === 3, 'each axis 0, 1, 2 exactly once'),
  }),
  (image, { order }) => {
    const channels = order.indexOf(image.layout === 'HWC' ? 2 : 0)
    if (channels === 1) {
      throw new DataError(
        'DATA_WRONG_LAYOUT',
        `order [${order.join(', ')}] puts the channels between rows and columns`,
        {
          stage: 'preprocess',
          fix: `the image is ${image.layout} here: choose an order that leaves the channels first or last`,
        },
      )
    }
    return permute(image, order, channels === 0 ? 'CHW' : 'HWC')
  },
  (size, { order }) => {
    if (!swapsRowsAndColumns(order)) return unmoved(size)
    throw new ConfigError('CONFIG_TRANSFORMER', `order [${order.join(', ')}] turns rows into columns`, {
      where: 'TransposeTransformer.order',
      fix: 'leave rows before columns: what the model finds cannot be mapped back to the picture otherwise',
    })
  },
)

/** Of the orders that keep the channels first or last, the odd permutations do, whichever layout they start from. */
function swapsRowsAndColumns([a, b, c]: readonly [number, number, number]): boolean {
  return (a - b) * (b - c) * (a - c) > 0
}

function permute(image: ImageTensor, order: readonly [number, number, number], layout: 'CHW' | 'HWC'): ImageTensor {
  const [, b, c] = image.shape
  const source = [b * c, c, 1]
  const shape = order.map((axis) => image.shape[axis]) as [number, number, number]
  const [s0, s1, s2] = order.map((axis) => source[axis]) as [number, number, number]
  const data = emptyLike(image.data, image.data.length)
  let o = 0
  for (let i = 0; i < shape[0]; i++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let k = 0; k < shape[2]; k++) data[o++] = image.data[i * s0 + j * s1 + k * s2]!
    }
  }
  return { dtype: image.dtype, layout, shape, data }
}
