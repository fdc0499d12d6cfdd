/** Subtracts the mean and divides by the deviation of the bottom itself. */
import type { LayerContext, Value } from '../context.ts'

interface Standardise {
  /** Axes whose values belong together. */
  axes: readonly number[]
  /** Divide by the deviation, too. */
  variance: boolean
  /** Added to the deviation (MVN), or to the variance before the root (BatchNorm). */
  epsilon: number
  epsilonIn: 'deviation' | 'variance'
}

export function standardise<P>(layer: LayerContext<P>, { axes, variance, epsilon, epsilonIn }: Standardise): Value {
  const x = layer.bottom
  const over = layer.int64s('axes', axes)
  const centred = layer.emit('Sub', [x, layer.emit('ReduceMean', [x, over], {}, 'mean')], {}, variance ? 'centred' : '')
  if (!variance) return centred
  const square = layer.emit('Mul', [centred, centred], {}, 'square')
  const spread = layer.emit('ReduceMean', [square, over], {}, 'variance')
  const constant = layer.scalar('epsilon', epsilon)
  const deviation =
    epsilonIn === 'variance'
      ? layer.emit('Sqrt', [layer.emit('Add', [spread, constant], {}, 'variance_epsilon')], {}, 'deviation')
      : layer.emit('Add', [layer.emit('Sqrt', [spread], {}, 'deviation'), constant], {}, 'deviation_epsilon')
  return layer.emit('Div', [centred, deviation])
}
