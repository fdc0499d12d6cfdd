/** Resizing into a frame whose rest is filled. */
import * as z from 'zod'
import { pasteOnCanvas } from '../image/crop.ts'
import { resizeCv } from '../image/resize-cv.ts'
import { strictObject } from '../text/strict-object.ts'
import { composed, shifted, stretched } from './geometry.ts'
import { heightWidth, requireLayout } from './params.ts'
import { defineGeometricTransformer } from './transformer.ts'

/** Letterbox: aspect kept, OpenCV linear, the rest of the canvas filled with pad_value; float32. */
export const padResizeTransformer = defineGeometricTransformer(
  'PadResizeTransformer',
  strictObject({
    target_size: heightWidth,
    pad_value: z.number().default(127),
    pad_position: z.enum(['boundary', 'bottom_right']).default('boundary'),
  }),
  (from, { target_size: [height, width], pad_position }) => {
    const scale = Math.min(width / from.width, height / from.height)
    const inner = { height: atLeastOne(from.height * scale), width: atLeastOne(from.width * scale) }
    const isCentred = pad_position === 'boundary'
    const top = isCentred ? Math.floor((height - inner.height) / 2) : 0
    const left = isCentred ? Math.floor((width - inner.width) / 2) : 0
    return { inner, ...composed(stretched(from, inner), shifted({ height, width }, { left, top })) }
  },
  (image, { inner, size, placement }, { pad_value }) => {
    requireLayout(image, 'HWC', 'PadResizeTransformer')
    const canvas = { top: placement.offsetY, left: placement.offsetX, ...size }
    return pasteOnCanvas(resizeCv(image, inner, 'linear'), canvas, pad_value)
  },
)

/** int(), but a strip of 1 x 1000 pixels keeps one of its columns. */
function atLeastOne(length: number): number {
  return Math.max(1, Math.trunc(length))
}
