/**
 * Centred codes: up to one more bit where a tensor is never or hardly negative (quantize/centred-codes.ts). Where no reader pads they
 * are free, and offered together; where one does, each costs a Pad, and only tensors that cost enough are worth it. What is refused
 * is offered by halves.
 */
import { centrableTensors } from '../../quantize/centred-codes.ts'
import { centredCodes } from '../../quantize/plan.ts'
import type { SearchContext } from '../context.ts'
import { offerIsolated } from '../isolate.ts'
import { byCost, costOf, type Costs, sumOfCosts } from '../isolated-costs.ts'
import { offerQuarters } from '../offer-parts.ts'
import { unitMaximum } from '../thresholds.ts'
import { type SharingUnit, withQuantizers } from '../units.ts'

/** Share of the error of all activations from which a tensor is worth a Pad, or a second offer. */
const DEAR = 0.01

/**
 * Offered without clipping, which twice the codes often make needless; then, where a tensor matters, under the present threshold: what was
 * refused by parts, the others once.
 *
 * @param costs what each activation costs in isolation, as far as is known
 */
export async function recoverCentredCodes(context: SearchContext, costs: Costs): Promise<void> {
  const { model, plan, calibration } = context.int8
  const single = byCost(costs, context.units).filter(({ tensors }) => tensors.length === 1)
  const centrable = centrableTensors(model.graph, plan)
  const present = (unit: SharingUnit): number => calibration.thresholds.get(unit.tensors[0])!
  const largest = (unit: SharingUnit): number => unitMaximum(unit, plan, context.statistics) ?? present(unit)
  const least = DEAR * sumOfCosts(costs)
  const isDear = (unit: SharingUnit): boolean => costOf(costs, unit) > least
  const isOpen = (unit: SharingUnit): boolean => {
    const quantizer = context.int8.plan.quantizers.get(unit.tensors[0])!
    return centrable.has(quantizer.tensor) && quantizer.levels === 127 && centredCodes(quantizer, largest(unit)) > 127
  }
  const needsPad = ({ tensors: [tensor] }: SharingUnit): boolean => centrable.get(tensor)!.needsPad
  const open = single.filter(isOpen)
  for (const [units, what] of [
    [open.filter((unit) => !needsPad(unit)), 'centred codes'],
    [open.filter((unit) => needsPad(unit) && isDear(unit)), 'centred codes behind a Pad'],
  ] as const) {
    await offerCentred(context, costs, { units, what, note: ', nothing clipped', threshold: largest })
    const clipped = units.filter((unit) => isDear(unit) && present(unit) < largest(unit))
    const refused = clipped.filter(isOpen)
    await offerCentred(context, costs, { units: refused, what, note: '', threshold: present })
    const others = clipped.filter((unit) => !refused.includes(unit))
    await offerCentred(context, costs, {
      units: others,
      what,
      note: ', clipped after all',
      threshold: present,
      whole: true,
    })
  }
}

interface CentredOffer {
  units: readonly SharingUnit[]
  threshold: (unit: SharingUnit) => number
  /** For the record, before the number of tensors. */
  what: string
  /** For the record, behind it. */
  note: string
  /** All at once or none: the dearest get thresholds of their own later (isolated-forms.ts). */
  whole?: boolean
}

async function offerCentred(context: SearchContext, costs: Costs, offer: CentredOffer): Promise<void> {
  const { units, what, note, threshold } = offer
  const { plan } = context.int8
  const offerPart = (part: readonly SharingUnit[]): Promise<boolean> => {
    const tensors = part.map((unit) => unit.tensors[0])
    const thresholds = new Map(part.map((unit) => [unit.tensors[0], threshold(unit)]))
    const levels = new Map(
      tensors.map((tensor) => [tensor, centredCodes(plan.quantizers.get(tensor)!, thresholds.get(tensor)!)]),
    )
    const form = withQuantizers(context.int8, thresholds, levels)
    const change = `${what} on ${part.length} tensors${note}`
    return offerIsolated(context, { stage: 'centred codes', change, tensors }, form)
  }
  if (!offer.whole) return offerQuarters(units, costs, (unit) => unit, offerPart)
  if (units.length > 0) await offerPart(units)
}
