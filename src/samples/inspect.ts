/** Calibration data that fit in size but cannot be right. */
import type { ResolvedInput } from '../config/types.ts'
import type { Tensor } from '../ir/tensor.ts'

/** Warnings about one image sample in train type; empty for featuremaps and for data that look like pixels. */
export function inspectSample(train: Tensor, input: ResolvedInput): string[] {
  if (input.typeTrain === 'featuremap') return []
  const values = train.data as ArrayLike<number>
  let min = Infinity
  let max = -Infinity
  let fractional = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value < min) min = value
    if (value > max) max = value
    if (value % 1 !== 0) fractional++
  }
  const warnings: string[] = []
  const range = `${min.toPrecision(4)} to ${max.toPrecision(4)}`
  if (min === max) warnings.push(`every value is ${min}: the picture is constant`)
  else if (min < -1 || (max <= 5 && fractional > 0)) {
    warnings.push(
      `values run from ${range}: this looks already normalised. Calibration data must be pixels 0..255; mean and scale belong in the YAML`,
    )
  } else if (max > 256) warnings.push(`values run from ${range}, beyond 0..255`)
  return warnings
}
