import { string } from '../../ir/node.ts'
import type { Conversion } from './context.ts'

const NAMES: ReadonlyMap<string, string> = new Map([
  ['bilinear', 'linear'],
  ['bicubic', 'cubic'],
])

/** GridSample (20): `bilinear` and `bicubic` became `linear` and `cubic`. */
export const gridSample: Conversion = (_, node, opset) => {
  const mode = NAMES.get(node.string('mode', ''))
  if (opset < 20 && mode !== undefined) node.attributes.set('mode', string(mode))
}
