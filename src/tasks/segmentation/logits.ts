/** Networks that end in one plane of scores per class. */
import { strictObject } from '../../text/strict-object.ts'
import { outputShapeError } from '../output-shape.ts'
import type { SegmentationDecoder } from './decoder.ts'
import { largestPlane, planesOf } from './planes.ts'

const MAX_CLASSES = 255

/**
 * One output 1 x classes x h x w or 1 x h x w x classes, logits or probabilities, resized bilinearly to the network's input
 * (pixel centres at halves); the largest wins, of equal ones the first class.
 */
export const logitsDecoder: SegmentationDecoder = {
  name: 'logits',
  params: strictObject({}),
  decode(outputs, input) {
    const areClasses = (count: number): boolean => count >= 2 && count <= MAX_CLASSES
    const planes = outputs.length === 1 ? planesOf(outputs[0], input, areClasses) : undefined
    if (!planes) {
      const { height, width } = input
      const wanted = `one output of 1 x classes x h x w or 1 x h x w x classes with h : w as ${height} : ${width}`
      throw outputShapeError('logits', wanted, outputs)
    }
    return largestPlane(planes, input)
  },
}
