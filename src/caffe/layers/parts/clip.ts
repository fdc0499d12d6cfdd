import type { LayerContext, Value } from '../context.ts'

/** The bottom held between two numbers. */
export function clip<P>(layer: LayerContext<P>, min: number, max: number): Value {
  return layer.emit('Clip', [layer.bottom, layer.scalar('min', min), layer.scalar('max', max)])
}
