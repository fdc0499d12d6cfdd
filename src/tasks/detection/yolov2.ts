/** YOLOv2: Darknet's region layer (Redmon and Farhadi 2016). */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { defineDecoder } from './decoder.ts'
import { sigmoid } from './sigmoid.ts'
import { anchorSizes, decodeYoloHeads, type RawBox } from './yolo-head.ts'

/** One output; anchors in cells as Darknet's cfg has them (default: COCO), a softmax over the classes. */
export const yolov2Decoder = defineDecoder(
  'yolov2',
  strictObject({
    stride: z.int().positive().default(32),
    anchors: anchorSizes.default([
      [0.57273, 0.677385],
      [1.87446, 2.06253],
      [3.33843, 5.47434],
      [7.88282, 3.52778],
      [9.77052, 9.16828],
    ]),
  }),
  ({ stride, anchors }) => {
    const pixels = anchors.map(([width, height]): [number, number] => [width * stride, height * stride])
    const head = { stride, anchors: pixels, shape: regionShape }
    return (outputs, input, scoreThreshold) =>
      decodeYoloHeads('yolov2', outputs, input, scoreThreshold, [head], 'softmax')
  },
)

function regionShape(box: RawBox): void {
  box.x = sigmoid(box.x)
  box.y = sigmoid(box.y)
  box.w = Math.exp(box.w)
  box.h = Math.exp(box.h)
}
