import type { Conversion } from './context.ts'

/** Cast (24): `round_mode` only concerns 8-bit floats, which are refused. */
export const cast: Conversion = (_, node) => {
  node.attributes.delete('round_mode')
}
