/** SSD: boxes relative to anchors, class scores beside them (Liu et al. 2016). */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { outputShapeError } from '../output-shape.ts'
import type { TaskOutput } from '../output.ts'
import { addAnchorRows, type Rows, rowsOf } from './anchor-rows.ts'
import { anchorSource } from './anchors.ts'
import { CandidateList } from './candidates.ts'
import { defineDecoder } from './decoder.ts'
import { anchorMaker, priors } from './ssd-priors.ts'

/**
 * Boxes of N x 4 values and scores of N x columns, also flat. TensorFlow's coding has `order: yxhw` and variances 0.1 and 0.2
 * (its scales 10 and 5), Caffe's and PyTorch's `order: xywh`. A background column is left out by the card's class_offset.
 */
export const ssdDecoder = defineDecoder(
  'ssd',
  strictObject({
    order: z.enum(['yxhw', 'xywh']).default('xywh'),
    /** Of the centre and of the sides. */
    variances: z.tuple([z.number().positive(), z.number().positive()]).default([0.1, 0.2]),
    /** What the scores still lack. */
    activation: z.enum(['none', 'sigmoid', 'softmax']).default('none'),
    /** Left out: the model's file with the role `anchors`. */
    priors: priors.optional(),
  }),
  ({ priors: made, activation, ...coding }, files) => {
    const source = anchorSource('ssd', made && anchorMaker(made), files)
    return (outputs, input, scoreThreshold) => {
      const anchors = source(input)
      const count = anchors.length / 4
      const [boxes, scores] = boxesAndScores('ssd', outputs, count)
      const list = new CandidateList()
      const decoding = { anchors, coding, activation, input, scoreThreshold }
      addAnchorRows(list, { boxes, scores, first: 0, count }, decoding)
      return list.candidates()
    }
  },
)

/** The boxes are the output with four values per anchor, the first where both have. */
export function boxesAndScores(
  decoder: string,
  outputs: readonly TaskOutput[],
  count: number,
): [boxes: Rows, scores: Rows] {
  const rows = outputs.flatMap((output) => rowsOf(output, count) ?? [])
  const [boxes] = rows.filter(({ width }) => width === 4)
  const [scores, ...others] = rows.filter((item) => item !== boxes)
  if (boxes && scores && others.length === 0 && rows.length === outputs.length) return [boxes, scores]
  throw outputShapeError(decoder, `boxes of ${count} x 4 and scores of ${count} x classes`, outputs)
}
