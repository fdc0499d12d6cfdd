/** Pooling -> MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool. */
import { bool, choice, ignored, uint, type Values } from '../prototxt/fields.ts'
import type { LayerContext } from './context.ts'
import { defineLayer } from './layer.ts'
import { heightWidth, type HeightWidth } from './parts/height-width.ts'
import { pool, type PoolWindow } from './parts/pool.ts'
import { pictures } from './parts/pictures.ts'

const FIELDS = {
  pool: choice(['MAX', 'AVE', 'STOCHASTIC'], 'MAX'),
  kernel_size: uint(),
  kernel_h: uint(),
  kernel_w: uint(),
  stride: uint(),
  stride_h: uint(),
  stride_w: uint(),
  pad: uint(),
  pad_h: uint(),
  pad_w: uint(),
  global_pooling: bool(false),
  round_mode: choice(['CEIL', 'FLOOR'], 'CEIL'),
  /** Forks that write round_mode: FLOOR as ceil_mode: false. */
  ceil_mode: bool(true),
  engine: ignored,
}
type PoolingLayer = LayerContext<Values<typeof FIELDS>>

export const pooling = defineLayer({
  types: ['Pooling'],
  parameter: 'pooling_param',
  fields: FIELDS,
  convert(layer) {
    const { pool: method, global_pooling: global, round_mode: rounding, ceil_mode: ceil } = layer.params
    if (method === 'STOCHASTIC') {
      throw layer.error(
        'STOCHASTIC pooling is not supported: at test time it is the mean weighted by the values themselves',
        'train with pool: AVE or pool: MAX; pool: AVE comes nearest without training',
        'pool',
      )
    }
    pictures(layer, layer.bottom)
    if (global) {
      for (const field of ['kernel_size', 'kernel_h', 'kernel_w'] as const) {
        if (layer.has(field)) layer.warn(`${field} is ignored, because global_pooling pools the whole input`)
      }
      return layer.emit(method === 'MAX' ? 'GlobalMaxPool' : 'GlobalAveragePool', [layer.bottom])
    }
    const round = rounding === 'FLOOR' || !ceil ? Math.floor : Math.ceil
    return pool(layer, layer.bottom, method, windowOf(layer), '', round)
  },
})

function windowOf(layer: PoolingLayer): PoolWindow {
  const { params } = layer
  const size = (
    field: 'kernel_size' | 'stride' | 'pad',
    stem: 'kernel' | 'stride' | 'pad',
    more: { missing?: number; least?: number } = {},
  ): HeightWidth | undefined => {
    const value = params[field]
    const [height, width] = [params[`${stem}_h`], params[`${stem}_w`]]
    return heightWidth(layer, { field, both: value === undefined ? [] : [value], stem, height, width, ...more })
  }
  const kernel = size('kernel_size', 'kernel')
  if (!kernel)
    throw layer.error('the kernel has no size', 'add kernel_size (or kernel_h and kernel_w), or global_pooling: true')
  const pad = size('pad', 'pad', { missing: 0, least: 0 }) ?? [0, 0]
  if (pad[0] >= kernel[0] || pad[1] >= kernel[1]) {
    throw layer.error(
      `the padding (${pad.join('x')}) must be smaller than the kernel (${kernel.join('x')})`,
      'reduce pad, as windows in nothing but padding have no result',
      layer.has('pad') ? 'pad' : undefined,
    )
  }
  return { kernel, stride: size('stride', 'stride') ?? [1, 1], pad }
}
