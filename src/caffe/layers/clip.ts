/** Clip -> Clip. */
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { clip as clipBetween } from './parts/clip.ts'

export const clip = defineLayer({
  types: ['Clip'],
  parameter: 'clip_param',
  fields: { min: float(), max: float() },
  convert(layer) {
    const { min, max } = layer.params
    if (min === undefined || max === undefined) {
      throw layer.error(`${min === undefined ? 'min' : 'max'} is missing`, 'give clip_param both min and max')
    }
    if (min > max) throw layer.error(`min (${min}) is above max (${max})`, 'exchange them', 'min')
    return clipBetween(layer, min, max)
  },
})
