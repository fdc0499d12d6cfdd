/** Layers of Caffe and its forks that are known and not converted, and what to do about each. */

interface Refusal {
  cause: string
  fix: string
}

const CUT = 'cut the net before it: remove this layer and those behind it from the prototxt'

function afterModel(what: string): Refusal {
  return {
    cause: `${what} is post-processing, which runs after the model`,
    fix: 'remove this layer and those behind it: what they read becomes the outputs, and the program decodes them',
  }
}

const REFUSALS: readonly (readonly [types: string, refusal: Refusal])[] = [
  ['DetectionOutput', afterModel('decoding of SSD boxes and their suppression')],
  ['Region RegionOutput', afterModel('decoding of YOLOv2')],
  ['Yolo YOLO YoloV3 Yolov3DetectionOutput YoloDetectionOutput EvalDetection', afterModel('decoding of YOLO')],
  [
    'Proposal ROIPooling ROIAlign PSROIPooling',
    { cause: 'regions cut out of a feature map have no fixed number', fix: CUT },
  ],
  ['LSTM RNN Recurrent', { cause: 'recurrent layers are not supported', fix: `export the model to ONNX, or ${CUT}` }],
  ['Embed', { cause: 'it looks words up', fix: 'make what it computes the input of the net: cut the net behind it' }],
  [
    'Parameter',
    { cause: 'a learnt blob that depends on no input', fix: 'write it as a Scale or Bias of what reads it' },
  ],
  ['Filter BatchReindex', { cause: 'how much it picks is known only when it runs', fix: CUT }],
  ['Im2col', { cause: 'windows as columns are not supported', fix: 'use a Convolution with the same window' }],
  [
    'MaxUnpool MaxUnpooling Unpooling',
    {
      cause: 'it puts values where a pooling mask says, which is not supported',
      fix: 'use a Deconvolution or an Upsample with one bottom and train again',
    },
  ],
  ['Python', { cause: 'its code is not part of the model', fix: `${CUT}; or write it as layers that are known` }],
]

/** By type. */
export const refusedLayers: ReadonlyMap<string, Refusal> = new Map(
  REFUSALS.flatMap(([types, refusal]) => types.split(' ').map((type) => [type, refusal] as const)),
)
