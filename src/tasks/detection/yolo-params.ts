/** Parameters of YOLO heads at several strides. */
import * as z from 'zod'
import { anchorSizes } from './yolo-head.ts'

/** Per head width and height of its anchors in pixels of the network's input. */
export const headAnchors = z.array(anchorSizes).min(1)

export const headStrides = z.array(z.int().positive()).min(1).default([8, 16, 32])

/** Of YOLOv3 and YOLOv5 on COCO, strides 8, 16, 32. */
export const COCO_ANCHORS: z.output<typeof headAnchors> = [
  [
    [10, 13],
    [16, 30],
    [33, 23],
  ],
  [
    [30, 61],
    [62, 45],
    [59, 119],
  ],
  [
    [116, 90],
    [156, 198],
    [373, 326],
  ],
]

interface Heads {
  strides: readonly unknown[]
  anchors: readonly (readonly unknown[])[]
  scale_x_y?: readonly unknown[]
}

/** One list of anchors (and one scale) per stride, all lists of one length. */
export const fitTogether = ({ strides, anchors, scale_x_y = strides }: Heads): boolean =>
  anchors.length === strides.length &&
  scale_x_y.length === strides.length &&
  anchors.every(({ length }) => length === anchors[0].length)

export const DO_NOT_FIT = 'strides, anchors and scale_x_y want one entry per head, with as many anchors in each'
