/**
 * Centred codes, tensor by tensor: up to one more bit where a tensor is never or hardly negative and unpadded Convs alone read it
 * (quantize/place.ts). They are offered together, where that is refused by halves.
 */
import { centrableTensors } from '../../quantize/place.ts'
import { centredLevels, type Levels } from '../../quantize/plan.ts'
import type { SearchContext } from '../context.ts'
import { offerIsolated } from '../isolate.ts'
import { offerParts } from '../offer-parts.ts'
import { withQuantizers } from '../units.ts'

/** Into how many parts the tensors are divided at most. */
const PARTS = 4

export async function recoverCentredCodes(context: SearchContext): Promise<void> {
  const { model, plan, calibration } = context.int8
  const single = new Set(context.units.flatMap(({ tensors }) => (tensors.length === 1 ? tensors : [])))
  const tensors = centrableTensors(model.graph, plan).filter(
    (tensor) => single.has(tensor) && plan.quantizers.get(tensor)!.levels === 127,
  )
  const levels = new Map<string, Levels>()
  for (const tensor of tensors) {
    const { nonNegative, bound } = plan.quantizers.get(tensor)!
    const centred = nonNegative ? 255 : centredLevels(calibration.thresholds.get(tensor)!, bound!)
    if (centred > 127) levels.set(tensor, centred)
  }
  await offerParts([...levels], Math.max(1, Math.ceil(levels.size / PARTS)), (part) => {
    const form = withQuantizers(context.int8, new Map<string, number>(), new Map(part))
    const names = part.map(([tensor]) => tensor)
    return offerIsolated(context, 'centred codes', `centred codes on ${part.length} tensors`, names, form)
  })
}
