/** FCOS: every cell says how far the edges of the object around it are (Tian et al. 2019). */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { CandidateList } from './candidates.ts'
import { defineDecoder } from './decoder.ts'
import { type Grid, gridsByLevel } from './grid.ts'
import { logit, sigmoid } from './sigmoid.ts'

const ROLES = [
  { what: 'class scores', fits: () => true },
  { what: 'distances of 4 channels', fits: (channels: number) => channels === 4 },
  { what: 'centerness of 1 channel', fits: (channels: number) => channels === 1 },
]

/**
 * Per stride class logits, distances of left, top, right and bottom edge from the middle of the cell, and a centerness logit. The
 * score is the square root of class probability times centerness.
 */
export const fcosDecoder = defineDecoder(
  'fcos',
  strictObject({
    strides: z.array(z.int().positive()).min(1).default([8, 16, 32, 64, 128]),
    /** `relu`: negative distances count as 0. `exp`: the heads give logarithms. */
    distances: z.enum(['relu', 'exp']).default('relu'),
    /** What a distance of 1 is. */
    unit: z.enum(['cell', 'pixel']).default('cell'),
  }),
  ({ strides, distances, unit }) => {
    const distance = distances === 'exp' ? Math.exp : (x: number) => Math.max(x, 0)
    return (outputs, input, scoreThreshold) => {
      const levels = gridsByLevel('fcos', outputs, input, strides, ROLES)
      const list = new CandidateList()
      for (const [index, [scores, sides, centerness]] of levels.entries()) {
        const stride = strides[index]
        const scale = unit === 'cell' ? stride : 1
        addLevel(list, { scores, sides, centerness, stride }, scoreThreshold, (x) => scale * distance(x))
      }
      return list.candidates()
    }
  },
)

interface Level {
  scores: Grid
  sides: Grid
  centerness: Grid
  stride: number
}

function addLevel(
  list: CandidateList,
  { scores, sides, centerness, stride }: Level,
  threshold: number,
  distance: (x: number) => number,
): void {
  // sqrt(class * centre) > threshold needs class * centre > threshold^2.
  const product = threshold ** 2
  const enough = logit(product)
  for (let cell = 0; cell < scores.rows * scores.columns; cell++) {
    const centre = centerness.data[cell * centerness.cellStep]
    if (!(centre > enough)) continue
    const centreProbability = sigmoid(centre)
    const classEnough = logit(product / centreProbability)
    for (let classId = 0; classId < scores.channels; classId++) {
      const score = scores.data[cell * scores.cellStep + classId * scores.channelStep]
      if (!(score > classEnough)) continue
      const x = ((cell % scores.columns) + 0.5) * stride
      const y = (Math.floor(cell / scores.columns) + 0.5) * stride
      const side = (k: number): number => distance(sides.data[cell * sides.cellStep + k * sides.channelStep])
      const probability = Math.sqrt(sigmoid(score) * centreProbability)
      list.add(x - side(0), y - side(1), x + side(2), y + side(3), probability, classId)
    }
  }
}
