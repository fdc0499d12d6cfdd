/** What a network does, as far as the forms of its outputs tell; for `openmapper init`. */
import type { ValueInfo } from '../ir/graph.ts'
import { cellsOf } from '../tasks/detection/grid.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import type { Task } from './card.ts'

export interface TaskGuess {
  task: Task
  /** Why it is this task, where the outputs leave a choice. */
  why: string | undefined
  /** As the card writes it; undefined for classification. */
  decoder: string | undefined
  /** Class columns, a background column among them; undefined where the outputs do not tell. */
  classes: number | undefined
}

const STRIDES = [8, 16, 32]
/** Anchors per cell of YOLO heads. */
const HEAD_ANCHORS = 3
/** Four sides and objectness before the classes of a YOLO row. */
const BEFORE_CLASSES = 5
/** Planes of a segmentation are at most this much smaller than its input; smaller grids are those of detectors. */
const COARSEST_PLANES = 16
const CENTERNET_STRIDE = 4

const COMPARE = 'compare with the training code'

/** The task of a network with these outputs for a picture of this size; `batch` pictures go in at once. */
export function guessTask(outputs: readonly ValueInfo[], input: Size, batch: number): TaskGuess {
  const shapes = outputs.map(({ shape }) => ofOnePicture(shape?.map(Number) ?? [], batch))
  const [first] = shapes
  const sole = shapes.length === 1
  if (sole && first.length > 0 && first.reduce((a, b) => a * b, 1) === Math.max(...first)) {
    return { task: 'classification', why: undefined, decoder: undefined, classes: Math.max(...first) }
  }
  if (sole && !outputs[0].dtype.startsWith('float') && isMapOf(first, input)) {
    return { task: 'segmentation', why: undefined, decoder: 'class_map', classes: undefined }
  }
  return (
    (sole ? (yoloxRows(first, input) ?? planes(first, input) ?? mask(first, input)) : undefined) ??
    yoloHeads(shapes, input) ??
    peaks(shapes, input) ??
    boxesAndScores(shapes) ?? {
      task: 'detection',
      why: 'the outputs have the form of no decoder; preprocess works, infer and evaluate need the right one',
      decoder: 'yolov5',
      classes: undefined,
    }
  )
}

function ofOnePicture(shape: readonly number[], batch: number): readonly number[] {
  return shape[0] === batch ? [1, ...shape.slice(1)] : shape
}

function isMapOf(shape: readonly number[], { height, width }: Size): boolean {
  return shape.filter((length) => length !== 1).join() === [height, width].join()
}

/** One plane of scores per class, in either layout. */
function planes(shape: readonly number[], input: Size): TaskGuess | undefined {
  if (shape.length !== 4 || shape[0] !== 1) return undefined
  const [, a, b, c] = shape
  const classes = isPlane(b, c, input) ? a : isPlane(a, b, input) ? c : undefined
  if (classes === undefined || classes < 2) return undefined
  const why = `${classes} planes in the shape of the picture: scores of classes`
  return { task: 'segmentation', why, decoder: 'logits', classes }
}

/** One plane of scores for all. */
function mask(shape: readonly number[], input: Size): TaskGuess | undefined {
  const sides = shape.filter((length) => length !== 1)
  if (
    (shape.length !== 3 && shape.length !== 4) ||
    shape[0] !== 1 ||
    sides.length !== 2 ||
    !isPlane(sides[0], sides[1], input)
  )
    return undefined
  const why =
    'one plane in the shape of the picture: foreground where it exceeds the threshold; a network without Sigmoid at its end wants ' +
    'mask: { threshold: 0 }, and one that gives depths or pictures has no decoder here'
  return { task: 'segmentation', why, decoder: 'mask', classes: 2 }
}

function isPlane(rows: number, columns: number, { height, width }: Size): boolean {
  return rows * width === columns * height && rows * COARSEST_PLANES >= height
}

/** One row per cell of all strides. */
function yoloxRows(shape: readonly number[], input: Size): TaskGuess | undefined {
  const cells = STRIDES.map((stride) => cellsOf(input, stride)).reduce(
    (sum, { rows, columns }) => sum + rows * columns,
    0,
  )
  if (shape.length !== 3 || shape[1] !== cells || shape[2] <= BEFORE_CLASSES) return undefined
  const why = `one row per cell of strides ${STRIDES.join(', ')}: YOLOX; ${COMPARE}`
  return { task: 'detection', why, decoder: 'yolox', classes: shape[2] - BEFORE_CLASSES }
}

/** One grid per stride with as many channels in each, in either layout. */
function yoloHeads(shapes: readonly (readonly number[])[], input: Size): TaskGuess | undefined {
  if (shapes.length !== STRIDES.length) return undefined
  const channels = shapes.map((shape, index) => channelsOver(shape, input, STRIDES[index]))
  const [count] = channels
  if (count === undefined || channels.some((other) => other !== count) || count % HEAD_ANCHORS !== 0) return undefined
  if (count / HEAD_ANCHORS <= BEFORE_CLASSES) return undefined
  const why = `heads at strides ${STRIDES.join(', ')}: those of YOLOv3 and v4 look like those of v5, with the anchors of COCO; ${COMPARE}`
  return { task: 'detection', why, decoder: 'yolov5', classes: count / HEAD_ANCHORS - BEFORE_CLASSES }
}

/** A heatmap, and 4 edges, or 2 sizes and 2 offsets. */
function peaks(shapes: readonly (readonly number[])[], input: Size): TaskGuess | undefined {
  const [classes, ...others] = shapes.map((shape) => channelsOver(shape, input, CENTERNET_STRIDE))
  if (classes === undefined || !['4', '2,2'].includes(others.join())) return undefined
  return { task: 'detection', why: `a heatmap with boxes: CenterNet; ${COMPARE}`, decoder: 'centernet', classes }
}

/** Four values and a row of scores per anchor. */
function boxesAndScores(shapes: readonly (readonly number[])[]): TaskGuess | undefined {
  const rows = shapes.map((shape) => shape.filter((length) => length !== 1))
  const boxes = rows.find((shape) => shape.length === 2 && shape[1] === 4)
  const scores = rows.find((shape) => shape !== boxes)
  if (rows.length !== 2 || !boxes || scores?.length !== 2 || scores[0] !== boxes[0]) return undefined
  const why =
    `${boxes[0]} boxes with scores: SSD, or efficientdet; its anchors must be described (priors), or their file named ` +
    'under model: extra_files: { anchors: { file } }'
  return { task: 'detection', why, decoder: 'ssd', classes: scores[1] }
}

function channelsOver(shape: readonly number[], input: Size, stride: number): number | undefined {
  const { rows, columns } = cellsOf(input, stride)
  if (shape.length !== 4) return undefined
  if (shape[2] === rows && shape[3] === columns) return shape[1]
  return shape[1] === rows && shape[2] === columns ? shape[3] : undefined
}
