/** scale * x + shift with numbers, as one Mul and one Add where they change anything. */
import type { LayerContext, Value } from '../context.ts'

/** @param last whether this ends the layer, so that its last node takes the layer's name */
export function affine<P>(layer: LayerContext<P>, x: Value, scale: number, shift: number, last = false): Value {
  const scaled =
    scale === 1 ? x : layer.emit('Mul', [x, layer.scalar('scale', scale)], {}, last && shift === 0 ? '' : 'scaled')
  if (shift === 0) return scaled
  return layer.emit('Add', [scaled, layer.scalar('shift', shift)], {}, last ? '' : 'shifted')
}
