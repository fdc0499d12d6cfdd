import * as z from 'zod'
import { toLayout } from '../image/image-tensor.ts'
import { defineTransformer } from './transformer.ts'

/** [H,W,C] to [C,H,W]. */
export const hwc2chwTransformer = defineTransformer('HWC2CHWTransformer', z.strictObject({}), (image) =>
  toLayout(image, 'CHW'),
)
