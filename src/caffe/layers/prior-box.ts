/**
 * PriorBox of SSD: a constant, as it follows from shapes alone; 1 x 2 x 4K, the boxes and their variances.
 *
 * Per cell and min_size: the square of that size, one of sqrt(min max), then one per further aspect ratio (prior_box_layer.cpp).
 */
import { Tensor } from '../../ir/tensor.ts'
import { bool, float, floats, uint, type Values } from '../prototxt/fields.ts'
import type { LayerContext } from './context.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'

const FIELDS = {
  min_size: floats(),
  max_size: floats(),
  aspect_ratio: floats(),
  flip: bool(true),
  clip: bool(false),
  variance: floats(),
  img_size: uint(),
  img_h: uint(),
  img_w: uint(),
  step: float(),
  step_h: float(),
  step_w: float(),
  offset: float(0.5),
}
type PriorBoxLayer = LayerContext<Values<typeof FIELDS>>

export const priorBox = defineLayer({
  types: ['PriorBox'],
  parameter: 'prior_box_param',
  fields: FIELDS,
  bottoms: 2,
  convert(layer) {
    const [, , rows, columns] = pictures(layer, layer.bottom)
    const [, , pictureHeight, pictureWidth] = pictures(layer, layer.bottoms[1])
    const { params } = layer
    const height = params.img_h ?? params.img_size ?? pictureHeight
    const width = params.img_w ?? params.img_size ?? pictureWidth
    const stepY = params.step_h ?? params.step ?? height / rows
    const stepX = params.step_w ?? params.step ?? width / columns
    const sizes = boxSizes(layer)
    const variances = fourVariances(layer)
    const count = rows * columns * sizes.length
    const values = new Float32Array(8 * count)
    let at = 0
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [x, y] = [(column + params.offset) * stepX, (row + params.offset) * stepY]
        for (const [w, h] of sizes) {
          const box = [(x - w / 2) / width, (y - h / 2) / height, (x + w / 2) / width, (y + h / 2) / height]
          values.set(params.clip ? box.map((edge) => Math.min(Math.max(edge, 0), 1)) : box, at)
          values.set(variances, 4 * count + at)
          at += 4
        }
      }
    }
    return layer.emit('Identity', [layer.constant('boxes', Tensor.float32([1, 2, 4 * count], values))])
  },
})

/** Width and height of every box of a cell, in pixels. */
function boxSizes(layer: PriorBoxLayer): [number, number][] {
  const { min_size: least, max_size: most, aspect_ratio: written, flip } = layer.params
  if (least.length === 0 || least.some((size) => size <= 0))
    throw layer.error('min_size is missing or not above 0', 'give the size of the smallest box in pixels', 'min_size')
  if (most.length > 0 && (most.length !== least.length || most.some((size, i) => size <= least[i]))) {
    throw layer.error('max_size does not fit min_size', 'give one larger max_size per min_size', 'max_size')
  }
  const ratios = [1]
  for (const ratio of written) {
    if (ratio <= 0) throw layer.error(`the aspect ratio ${ratio} is not above 0`, 'give width / height', 'aspect_ratio')
    if (ratios.some((known) => Math.abs(known - ratio) < 1e-6)) continue
    ratios.push(ratio)
    if (flip) ratios.push(1 / ratio)
  }
  return least.flatMap((size, i) => {
    const between = Math.sqrt(size * (most[i] ?? 0))
    const rest = ratios.slice(1).map((ratio): [number, number] => [size * Math.sqrt(ratio), size / Math.sqrt(ratio)])
    return [
      [size, size] as [number, number],
      ...(most.length > 0 ? [[between, between] as [number, number]] : []),
      ...rest,
    ]
  })
}

function fourVariances(layer: PriorBoxLayer): readonly number[] {
  const { variance } = layer.params
  if (variance.length === 4) return variance
  if (variance.length > 1)
    throw layer.error(`${variance.length} variances`, 'give one, or four: x, y, width, height', 'variance')
  return Array<number>(4).fill(variance[0] ?? 0.1)
}
