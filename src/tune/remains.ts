/** What a user can do where a target was missed. */
import { points } from './scorer.ts'
import type { TuneOutcome } from './search-remedies.ts'
import type { TuneOptions } from './settings.ts'

export function remainsOf(
  outcome: TuneOutcome,
  { target, maxInt16 }: Pick<TuneOptions, 'target' | 'maxInt16'>,
): string[] {
  const { ceiling = 0, int16, float, after } = outcome
  const remains: string[] = []
  if (ceiling > target) {
    remains.push(
      `with every activation in int16 about ${points(ceiling)} are lost: that much is the rounding of the weights to int8. ` +
        'Bias correction (optimization: bias_correction) is the usual remedy; beyond it, training with quantization',
    )
  } else if (maxInt16 < 1) {
    const share = `${int16.count} of ${int16.total}`
    remains.push(
      `int16 on ${share} activation quantizers is in use; with a larger --max-int16 about ${points(ceiling)} can be reached`,
    )
  }
  if (float - after > ceiling) {
    remains.push(
      'calibration pictures that look more like those of the evaluation, or more of them, give better thresholds',
    )
  }
  return remains
}
