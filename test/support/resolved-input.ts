/** An input as `resolveInputs` gives it, with the fields a test does not care about filled in. */
import type { ResolvedInput } from '../../src/config/types.ts'

/** rgb NCHW 1x3x8x6 in training and at run time, no mean and scale, unless said otherwise. */
export function resolvedInput(fields: Partial<ResolvedInput> = {}): ResolvedInput {
  return {
    name: 'data',
    shape: [1, 3, 8, 6],
    typeTrain: 'rgb',
    layoutTrain: 'NCHW',
    typeRt: 'rgb',
    layoutRt: undefined,
    spaceAndRange: 'regular',
    normType: 'no_preprocess',
    mean: undefined,
    scale: undefined,
    calDataDir: undefined,
    calDataType: undefined,
    ...fields,
  }
}
