/** Layers of Caffe and its forks that no accelerator runs, and what to do about each. */

interface Refusal {
  cause: string
  fix: string
}

const afterModel = (what: string): Refusal => ({
  cause: `${what} is post-processing, which runs after the model`,
  fix: 'remove this layer and those behind it: what they read becomes the outputs, and the program decodes them',
})

export const refusedLayers: ReadonlyMap<string, Refusal> = new Map([
  ['DetectionOutput', afterModel('DetectionOutput (decoding of SSD boxes and NMS)')],
  ['Region', afterModel('Region (decoding of YOLOv2)')],
  ['Yolo', afterModel('Yolo (decoding of YOLOv3)')],
  ['Yolov3DetectionOutput', afterModel('Yolov3DetectionOutput (decoding of YOLOv3 and NMS)')],
  ['Proposal', afterModel('Proposal (region proposals and NMS)')],
  [
    'Python',
    {
      cause: 'a Python layer: its code is not part of the model',
      fix: 'cut the net before it, or write it as layers that are known',
    },
  ],
])
