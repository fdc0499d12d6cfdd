/** Networks that end in ArgMax. */
import { strictObject } from '../../text/strict-object.ts'
import { outputShapeError } from '../output-shape.ts'
import type { SegmentationDecoder } from './decoder.ts'

/** Not a class. */
export const NONE = 255

/** One output with a class per pixel of the network's input; axes of length 1 may stand anywhere. */
export const classMapDecoder: SegmentationDecoder = {
  name: 'class_map',
  params: strictObject({}),
  decode(outputs, { height, width }) {
    const [output] = outputs
    const axes = output?.shape.filter((length) => length !== 1)
    if (outputs.length !== 1 || axes.join() !== [height, width].filter((length) => length !== 1).join()) {
      throw outputShapeError('class_map', `one output of 1 x ${height} x ${width}`, outputs)
    }
    const labels = new Uint8Array(height * width)
    for (let pixel = 0; pixel < labels.length; pixel++) {
      const value = output.data[pixel]
      labels[pixel] = value >= 0 && value < NONE ? value : NONE
    }
    return labels
  },
}
