/** Resize of forks: to a size or by a factor, nearest or bilinear -> Resize. Fields as OpenCV's reader names them. */
import { bool, float, uint } from '../prototxt/fields.ts'
import { word } from './parts/word.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'
import { resizeTo } from './parts/resize.ts'

export const resize = defineLayer({
  types: ['Resize'],
  parameter: 'resize_param',
  fields: {
    height: uint(),
    width: uint(),
    zoom_factor: float(),
    zoom_factor_x: float(),
    zoom_factor_y: float(),
    interpolation: word(['nearest', 'bilinear']),
    align_corners: bool(false),
    half_pixel_centers: bool(false),
  },
  convert(layer) {
    const { interpolation, align_corners: corners, half_pixel_centers: centres } = layer.params
    const { zoom_factor: zoom, zoom_factor_x: zoomX = zoom, zoom_factor_y: zoomY = zoom } = layer.params
    const [, , inputHeight, inputWidth] = pictures(layer, layer.bottom)
    const height = layer.params.height ?? (zoomY === undefined ? undefined : Math.floor(inputHeight * zoomY))
    const width = layer.params.width ?? (zoomX === undefined ? undefined : Math.floor(inputWidth * zoomX))
    if (!height || !width)
      throw layer.error('it is not said what size to resize to', 'give height and width, or zoom_factor')
    if (interpolation === undefined)
      throw layer.error('interpolation is missing', 'say interpolation: "nearest" or "bilinear"')
    if (corners && centres)
      throw layer.error('align_corners and half_pixel_centers exclude each other', 'keep one', 'align_corners')
    const coordinates = corners ? 'align_corners' : centres ? 'half_pixel' : 'asymmetric'
    return resizeTo(
      layer,
      layer.bottom,
      [height, width],
      interpolation === 'nearest' ? 'nearest' : 'linear',
      coordinates,
    )
  },
})
