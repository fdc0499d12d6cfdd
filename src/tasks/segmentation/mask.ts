/** Networks that end in one plane: how far each pixel belongs to the foreground. */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { outputShapeError } from '../output-shape.ts'
import type { SegmentationDecoder } from './decoder.ts'
import { largestPlane, planesOf } from './planes.ts'

const params = strictObject({
  /** Scores above it are foreground: 0.5 for probabilities, 0 where the network has no Sigmoid at its end. */
  threshold: z.number().default(0.5),
})

/** One output 1 x 1 x h x w, 1 x h x w x 1 or 1 x h x w, resized bilinearly to the network's input; class 1 where it exceeds the threshold. */
export const maskDecoder: SegmentationDecoder = {
  name: 'mask',
  params,
  decode(outputs, input, values = {}) {
    const [output, ...more] = outputs
    const isSole = output !== undefined && more.length === 0
    const shape = isSole && output.shape.length === 3 ? output.shape.toSpliced(1, 0, 1) : output?.shape
    const plane = isSole ? planesOf({ ...output, shape }, input, (count) => count === 1) : undefined
    if (!plane) {
      const { height, width } = input
      throw outputShapeError('mask', `one output of 1 x 1 x h x w with h : w as ${height} : ${width}`, outputs)
    }
    return largestPlane(plane, input, params.parse(values).threshold)
  },
}
