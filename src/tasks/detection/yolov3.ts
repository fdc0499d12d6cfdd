/** YOLOv3 and v4: Darknet's yolo layer (Redmon and Farhadi 2018; Bochkovskiy et al. 2020). */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { type BoundDecoder, defineDecoder } from './decoder.ts'
import { sigmoid } from './sigmoid.ts'
import { decodeYoloHeads } from './yolo-head.ts'
import { COCO_ANCHORS, DO_NOT_FIT, fitTogether, headAnchors, headStrides } from './yolo-params.ts'

/** Of YOLOv4 on COCO. */
const V4_ANCHORS: z.output<typeof headAnchors> = [
  [
    [12, 16],
    [19, 36],
    [40, 28],
  ],
  [
    [36, 75],
    [76, 55],
    [72, 146],
  ],
  [
    [142, 110],
    [192, 243],
    [459, 401],
  ],
]

/** One output per stride; anchors in pixels (default: COCO), classes each for itself. */
export const yolov3Decoder = defineDecoder(
  'yolov3',
  strictObject({ strides: headStrides, anchors: headAnchors.default(COCO_ANCHORS) }).refine(fitTogether, DO_NOT_FIT),
  ({ strides, anchors }) => yoloLayers('yolov3', strides, anchors),
)

/** As YOLOv3, but centres reach `scale_x_y` times as far from the middle of their cell (defaults: YOLOv4 on COCO). */
export const yolov4Decoder = defineDecoder(
  'yolov4',
  strictObject({
    strides: headStrides,
    anchors: headAnchors.default(V4_ANCHORS),
    scale_x_y: z.array(z.number().min(1)).min(1).default([1.2, 1.1, 1.05]),
  }).refine(fitTogether, DO_NOT_FIT),
  ({ strides, anchors, scale_x_y }) => yoloLayers('yolov4', strides, anchors, scale_x_y),
)

function yoloLayers(
  name: string,
  strides: readonly number[],
  anchors: z.output<typeof headAnchors>,
  scales?: readonly number[],
): BoundDecoder {
  const heads = strides.map((stride, index) => {
    const scale = scales?.[index] ?? 1
    const centre = (x: number): number => scale * sigmoid(x) - (scale - 1) / 2
    return {
      stride,
      anchors: anchors[index],
      shape(box: { x: number; y: number; w: number; h: number }) {
        box.x = centre(box.x)
        box.y = centre(box.y)
        box.w = Math.exp(box.w)
        box.h = Math.exp(box.h)
      },
    }
  })
  return (outputs, input, scoreThreshold) => decodeYoloHeads(name, outputs, input, scoreThreshold, heads, 'sigmoid')
}
