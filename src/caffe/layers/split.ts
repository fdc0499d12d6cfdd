/** Split: the same value under several names. */
import { defineLayer } from './layer.ts'

export const split = defineLayer({
  types: ['Split'],
  tops: [1, Infinity],
  convert: (layer) => Array.from({ length: layer.topCount }, () => layer.bottom),
})
