/** All detection decoders by the name cards use. A new one: `defineDecoder` in a file here, and a name in this list. */
import { centernetDecoder } from './centernet.ts'
import type { DetectionDecoder } from './decoder.ts'
import { efficientdetDecoder } from './efficientdet.ts'
import { fcosDecoder } from './fcos.ts'
import { ssdDecoder } from './ssd.ts'
import { yoloxDecoder } from './yolox.ts'
import { yolov2Decoder } from './yolov2.ts'
import { yolov3Decoder, yolov4Decoder } from './yolov3.ts'
import { yolov5Decoder } from './yolov5.ts'

const ALL: readonly DetectionDecoder[] = [
  yolov2Decoder,
  yolov3Decoder,
  yolov4Decoder,
  yolov5Decoder,
  yoloxDecoder,
  ssdDecoder,
  efficientdetDecoder,
  centernetDecoder,
  fcosDecoder,
]

export const DETECTION_DECODERS: ReadonlyMap<string, DetectionDecoder> = new Map(ALL.map((item) => [item.name, item]))
