import { string } from '../../ir/node.ts'
import type { Conversion } from './context.ts'

/** RoiAlign (16): coordinates were never moved by half a pixel; now that is a mode, and the default moves them. */
export const roiAlign: Conversion = (_, node, opset) => {
  if (opset < 16) node.attributes.set('coordinate_transformation_mode', string('output_half_pixel'))
}
