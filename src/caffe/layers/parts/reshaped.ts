import type { LayerContext, Value } from '../context.ts'

/** The bottom in another shape of equal size; nothing where it has it. */
export function reshaped<P>(layer: LayerContext<P>, shape: readonly number[], x = layer.bottom, suffix = ''): Value {
  if (shape.join() === x.shape.join()) return x
  const name = suffix === '' ? 'shape' : `${suffix}_shape`
  return layer.emit('Reshape', [x, layer.int64s(name, shape)], {}, suffix)
}
