/** What the YOLO heads with anchors share: a grid per stride, for each anchor x, y, w, h, objectness and class logits. */
import * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'
import { CandidateList, type Candidates } from './candidates.ts'
import { type Grid, gridsByLevel } from './grid.ts'
import { logit, sigmoid } from './sigmoid.ts'

/** One box before it is a number of pixels: where its centre lies and how large it is. */
export interface RawBox {
  /** The four values of the head. */
  x: number
  y: number
  w: number
  h: number
}

export interface YoloHead {
  readonly stride: number
  /** Width and height of each anchor in pixels of the network's input. */
  readonly anchors: readonly (readonly [width: number, height: number])[]
  /** Centre in cells from the cell's corner, size in multiples of the anchor; replaces the values of `box`. */
  readonly shape: (box: RawBox) => void
}

export const anchorSizes = z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1)

/** Channels per anchor before its classes. */
const BEFORE_CLASSES = 5

/**
 * Candidates of all heads. Channel `anchor * (5 + classes) + k` holds value k; the number of classes follows from the channels.
 * The score is the sigmoid of the objectness times the class's probability, over all classes or each for itself.
 */
export function decodeYoloHeads(
  decoder: string,
  outputs: readonly TaskOutput[],
  input: Size,
  scoreThreshold: number,
  heads: readonly YoloHead[],
  probabilities: 'softmax' | 'sigmoid',
): Candidates {
  const anchors = heads[0].anchors.length
  const strides = heads.map(({ stride }) => stride)
  const grids = gridsByLevel(decoder, outputs, input, strides, [
    {
      what: `one output of ${anchors} x (5 + classes) channels`,
      fits: (channels) => channels % anchors === 0 && channels / anchors > BEFORE_CLASSES,
    },
  ])
  const list = new CandidateList()
  const addScores = probabilities === 'softmax' ? addSoftmax : addSigmoid
  for (const [level, head] of heads.entries()) addHead(list, grids[level][0], head, scoreThreshold, addScores)
  return list.candidates()
}

/** Where the classes of one anchor at one cell stand. */
interface ClassRow {
  readonly data: ArrayLike<number>
  readonly start: number
  readonly step: number
  readonly count: number
}

type AddScores = (
  row: ClassRow,
  objectness: number,
  threshold: number,
  add: (score: number, id: number) => void,
) => void

function addHead(list: CandidateList, grid: Grid, head: YoloHead, threshold: number, addScores: AddScores): void {
  const { data, channels, rows, columns, channelStep, cellStep } = grid
  const { stride, anchors, shape } = head
  const perAnchor = channels / anchors.length
  const enough = logit(threshold)
  const box: RawBox = { x: 0, y: 0, w: 0, h: 0 }
  for (const [anchor, [anchorWidth, anchorHeight]] of anchors.entries()) {
    for (let row = 0, at = anchor * perAnchor * channelStep; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += cellStep) {
        const objectness = data[at + 4 * channelStep]
        if (!(objectness > enough)) continue
        box.x = data[at]
        box.y = data[at + channelStep]
        box.w = data[at + 2 * channelStep]
        box.h = data[at + 3 * channelStep]
        shape(box)
        const x = (column + box.x) * stride
        const y = (row + box.y) * stride
        const halfWidth = (box.w * anchorWidth) / 2
        const halfHeight = (box.h * anchorHeight) / 2
        const classes: ClassRow = {
          data,
          start: at + BEFORE_CLASSES * channelStep,
          step: channelStep,
          count: perAnchor - BEFORE_CLASSES,
        }
        addScores(classes, sigmoid(objectness), threshold, (score, id) =>
          list.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, id),
        )
      }
    }
  }
}

const addSigmoid: AddScores = ({ data, start, step, count }, objectness, threshold, add) => {
  const enough = logit(threshold / objectness)
  for (let id = 0, at = start; id < count; id++, at += step) {
    if (data[at] > enough) add(objectness * sigmoid(data[at]), id)
  }
}

const addSoftmax: AddScores = ({ data, start, step, count }, objectness, threshold, add) => {
  let max = -Infinity
  for (let id = 0; id < count; id++) max = Math.max(max, data[start + id * step])
  let sum = 0
  for (let id = 0; id < count; id++) sum += Math.exp(data[start + id * step] - max)
  for (let id = 0; id < count; id++) {
    const score = (objectness * Math.exp(data[start + id * step] - max)) / sum
    if (score > threshold) add(score, id)
  }
}
