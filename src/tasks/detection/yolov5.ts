/** YOLOv5 heads before its Detect layer (github ultralytics/yolov5, v2 and later). */
import { strictObject } from '../../text/strict-object.ts'
import { defineDecoder } from './decoder.ts'
import { sigmoid } from './sigmoid.ts'
import { decodeYoloHeads, type RawBox } from './yolo-head.ts'
import { COCO_ANCHORS, DO_NOT_FIT, fitTogether, headAnchors, headStrides } from './yolo-params.ts'

/** One output per stride (255 channels for three anchors and COCO); anchors in pixels (default: COCO), classes each for itself. */
export const yolov5Decoder = defineDecoder(
  'yolov5',
  strictObject({ strides: headStrides, anchors: headAnchors.default(COCO_ANCHORS) }).refine(fitTogether, DO_NOT_FIT),
  ({ strides, anchors }) => {
    const heads = strides.map((stride, index) => ({ stride, anchors: anchors[index], shape: doubled }))
    return (outputs, input, scoreThreshold) =>
      decodeYoloHeads('yolov5', outputs, input, scoreThreshold, heads, 'sigmoid')
  },
)

/** Centres reach half a cell beyond theirs, sides four times the anchor. */
function doubled(box: RawBox): void {
  box.x = 2 * sigmoid(box.x) - 0.5
  box.y = 2 * sigmoid(box.y) - 0.5
  box.w = (2 * sigmoid(box.w)) ** 2
  box.h = (2 * sigmoid(box.h)) ** 2
}
