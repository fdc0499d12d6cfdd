import type { LayerContext } from '../context.ts'

/** Natural logarithm of the `base` of Exp and Log layers; -1 stands for e. */
export function logOfBase(layer: LayerContext<{ readonly base: number }>): number {
  const { base } = layer.params
  if (base === -1) return 1
  if (!(base > 0) || base === 1) {
    throw layer.error(
      `the base ${base} has no logarithm to work with`,
      'give a base above 0 other than 1, or leave it out for e',
      'base',
    )
  }
  return Math.log(base)
}
