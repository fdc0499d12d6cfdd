/** The two published ways to make SSD's anchors. */
import * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import { strictObject } from '../../text/strict-object.ts'
import type { AnchorSource } from './anchors.ts'

const positive = z.number().positive()
const grid = z.tuple([z.int().positive(), z.int().positive()])

/** Caffe's PriorBox (github weiliu89/caffe, branch ssd): one entry per layer, sizes and steps in pixels of the input. */
const priorBoxes = z
  .array(
    strictObject({
      /** Rows and columns. */
      grid,
      min_size: positive,
      max_size: positive.optional(),
      /** Beside 1, each with its inverse where `flip` says so. */
      aspect_ratios: z.array(positive).default([]),
      flip: z.boolean().default(true),
      /** Left out: the input's side by the grid's. */
      step: positive.optional(),
      offset: z.number().default(0.5),
      clip: z.boolean().default(false),
    }),
  )
  .min(1)

/** TensorFlow's ssd_anchor_generator: scales spread evenly over the layers, all as shares of the input. */
const multiscaleAnchors = strictObject({
  /** Rows and columns of each layer. */
  grids: z.array(grid).min(2),
  min_scale: positive.default(0.2),
  max_scale: positive.default(0.95),
  aspect_ratios: z.array(positive).min(1).default([1, 2, 0.5, 3, 0.3333]),
  /** Three anchors of its own on the first layer: scale 0.1, and the smallest scale at aspect ratios 2 and 1/2. */
  reduce_boxes_in_lowest_layer: z.boolean().default(true),
})

export const priors = z.union([
  strictObject({ prior_boxes: priorBoxes }),
  strictObject({ multiscale: multiscaleAnchors }),
])

export function anchorMaker(params: z.output<typeof priors>): AnchorSource {
  return 'prior_boxes' in params ? priorBoxAnchors(params.prior_boxes) : multiscaleAnchorSource(params.multiscale)
}

/** Centre y, x, height, width of one anchor, appended. */
type Push = (y: number, x: number, height: number, width: number) => void

function priorBoxAnchors(layers: z.output<typeof priorBoxes>): AnchorSource {
  return (input) =>
    collect((push) => {
      for (const layer of layers) addPriorBoxes(layer, input, push)
    })
}

function addPriorBoxes(layer: z.output<typeof priorBoxes>[number], { height, width }: Size, push: Push): void {
  const {
    grid: [rows, columns],
    min_size: min,
    max_size: max,
    step,
    offset,
    clip,
  } = layer
  const sides: [width: number, height: number][] = [[min, min]]
  if (max !== undefined) sides.push([Math.sqrt(min * max), Math.sqrt(min * max)])
  for (const ratio of layer.aspect_ratios) {
    if (ratio === 1) continue
    const root = Math.sqrt(ratio)
    sides.push([min * root, min / root])
    if (layer.flip) sides.push([min / root, min * root])
  }
  const stepX = step ?? width / columns
  const stepY = step ?? height / rows
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [(column + offset) * stepX, (row + offset) * stepY]
      for (const [w, h] of sides) {
        if (!clip) {
          push(y / height, x / width, h / height, w / width)
          continue
        }
        const [left, right] = [x - w / 2, x + w / 2].map((edge) => Math.min(Math.max(edge / width, 0), 1))
        const [top, bottom] = [y - h / 2, y + h / 2].map((edge) => Math.min(Math.max(edge / height, 0), 1))
        push((top + bottom) / 2, (left + right) / 2, bottom - top, right - left)
      }
    }
  }
}

function multiscaleAnchorSource(params: z.output<typeof multiscaleAnchors>): AnchorSource {
  const { grids, min_scale: min, max_scale: max, aspect_ratios: ratios } = params
  const scaleOf = (layer: number): number =>
    layer === grids.length ? 1 : min + ((max - min) * layer) / (grids.length - 1)
  const shapes = grids.map((_, layer): [scale: number, ratio: number][] => {
    const scale = scaleOf(layer)
    if (layer === 0 && params.reduce_boxes_in_lowest_layer) {
      return [
        [0.1, 1],
        [scale, 2],
        [scale, 0.5],
      ]
    }
    // One more square, between this scale and the next.
    return [...ratios.map((ratio): [number, number] => [scale, ratio]), [Math.sqrt(scale * scaleOf(layer + 1)), 1]]
  })
  return ({ height, width }) => {
    const short = Math.min(height, width)
    return collect((push) => {
      for (const [layer, [rows, columns]] of grids.entries()) {
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            for (const [scale, ratio] of shapes[layer]) {
              const h = ((scale / Math.sqrt(ratio)) * short) / height
              const w = (scale * Math.sqrt(ratio) * short) / width
              push((row + 0.5) / rows, (column + 0.5) / columns, h, w)
            }
          }
        }
      }
    })
  }
}

function collect(fill: (push: Push) => void): Float32Array {
  const values: number[] = []
  fill((...anchor) => values.push(...anchor))
  return Float32Array.from(values)
}
