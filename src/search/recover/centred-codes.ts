/**
 * Centred codes, tensor by tensor: up to one more bit where a tensor is never or hardly negative and unpadded Convs alone read it
 * (quantize/place.ts). They are offered together, where that is refused by halves.
 */
import { centrableTensors } from '../../quantize/place.ts'
import { centredLevels, type Levels } from '../../quantize/plan.ts'
import type { SearchContext } from '../context.ts'
import { offerParts } from '../offer-parts.ts'
import { withQuantizers } from '../units.ts'

/** Into how many parts the tensors are divided at most. */
const PARTS = 8

export async function recoverCentredCodes({ trial }: SearchContext): Promise<void> {
  const { model, plan, calibration } = trial.state
  const tensors = centrableTensors(model.graph, plan).filter((tensor) => plan.quantizers.get(tensor)!.levels === 127)
  const levels = new Map<string, Levels>()
  for (const tensor of tensors) {
    const { nonNegative, bound } = plan.quantizers.get(tensor)!
    const centred = nonNegative ? 255 : centredLevels(calibration.thresholds.get(tensor)!, bound!)
    if (centred > 127) levels.set(tensor, centred)
  }
  await offerParts(trial, [...levels], Math.max(1, Math.ceil(levels.size / PARTS)), 'centred codes', (part) => ({
    state: withQuantizers(trial.state, new Map<string, number>(), new Map(part)),
    change: `centred codes on ${part.length} tensors`,
    names: part.map(([tensor]) => tensor),
  }))
}
