import * as z from 'zod'
import { toLayout } from '../image/image-tensor.ts'
import { defineTransformer } from './transformer.ts'

/** [C,H,W] to [H,W,C]. */
export const chw2hwcTransformer = defineTransformer('CHW2HWCTransformer', z.strictObject({}), (image) =>
  toLayout(image, 'HWC'),
)
