/** Whether the names of a data set's classes are those of a network. */
import type { Card } from '../cards/card.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { NONE } from '../tasks/segmentation/class-map.ts'
import type { Predicted } from './picture-model.ts'

/**
 * Label maps have one data set, so a network of other classes stands under it too: its classes are numbers, not the names of that set.
 * Of a class map, which does not say how many classes there are, by the largest in this picture.
 */
export function answerNames(
  { task, decoder, outputs: chosen }: Pick<Card, 'task' | 'decoder' | 'outputs'>,
  names: readonly ClassName[] | undefined,
  { prediction, outputs }: Pick<Predicted, 'prediction' | 'outputs'>,
): readonly ClassName[] | undefined {
  if (task !== 'segmentation' || names === undefined || prediction.kind !== 'mask') return names
  if (decoder?.name === 'mask') return undefined
  if (decoder?.name === 'logits') {
    const scores = chosen.length > 0 ? outputs.get(chosen[0]) : [...outputs.values()][0]
    const [, channels, , last] = scores?.shape ?? []
    return [channels, last].includes(names.length) ? names : undefined
  }
  return prediction.mask.labels.some((label) => label >= names.length && label !== NONE) ? undefined : names
}
