/** Interp of DeepLab and PSPNet: bilinear, the corners of input and output coincide -> Resize. Negative pads cut a border first. */
import { int } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'
import { resizeTo } from './parts/resize.ts'

export const interp = defineLayer({
  types: ['Interp'],
  parameter: 'interp_param',
  fields: {
    height: int(0),
    width: int(0),
    zoom_factor: int(1),
    shrink_factor: int(1),
    pad_beg: int(0),
    pad_end: int(0),
  },
  convert(layer) {
    const { height, width, zoom_factor: zoom, shrink_factor: shrink, pad_beg: begin, pad_end: end } = layer.params
    const [, , inputHeight, inputWidth] = pictures(layer, layer.bottom)
    for (const field of ['pad_beg', 'pad_end'] as const) {
      if (layer.params[field] > 0)
        throw layer.error(
          `${field} may only cut (be negative), as in DeepLab's own layer`,
          'pad in the layer before',
          field,
        )
    }
    for (const field of ['zoom_factor', 'shrink_factor'] as const) {
      if (layer.params[field] < 1)
        throw layer.error(`${field} must be at least 1`, 'use the other factor to go the other way', field)
    }
    const byFactor = layer.has('zoom_factor') || layer.has('shrink_factor')
    if (!byFactor && (height < 1 || width < 1)) {
      throw layer.error('it is not said what size to resize to', 'give height and width, zoom_factor, or shrink_factor')
    }
    const sized = (given: number, input: number): number => {
      const cut = input + begin + end
      if (cut < 1)
        throw layer.error(`pad_beg ${begin} and pad_end ${end} leave nothing of ${input}`, 'cut less', 'pad_beg')
      if (!byFactor) return given
      const shrunk = Math.floor((cut - 1) / shrink) + 1
      return shrunk + (shrunk - 1) * (zoom - 1)
    }
    const size = [sized(height, inputHeight), sized(width, inputWidth)] as const
    const cuts = begin !== 0 || end !== 0
    const inner = cuts
      ? layer.emit(
          'Slice',
          [
            layer.bottom,
            layer.int64s('starts', [-begin, -begin]),
            layer.int64s('ends', [inputHeight + end, inputWidth + end]),
            layer.int64s('axes', [2, 3]),
          ],
          {},
          'cut',
        )
      : layer.bottom
    if (inner.shape[2] === size[0] && inner.shape[3] === size[1]) return inner
    return resizeTo(layer, inner, size, 'linear', 'align_corners')
  },
})
