/**
 * Centred codes: up to one more bit where a tensor is never or hardly negative (quantize/centred-codes.ts). Where no reader pads they
 * are free, and offered together; where one does, each costs a Pad, and only tensors that cost enough are worth it. What is refused
 * is offered by halves.
 */
import { centrableTensors } from '../../quantize/centred-codes.ts'
import { centredCodes } from '../../quantize/plan.ts'
import type { SearchContext } from '../context.ts'
import { offerIsolated } from '../isolate.ts'
import { costOf, type Costs, sumOfCosts } from '../isolated-costs.ts'
import { offerParts } from '../offer-parts.ts'
import { unitMaximum } from '../thresholds.ts'
import { type SharingUnit, withQuantizers } from '../units.ts'

/** Into how many parts the tensors are divided at most. */
const PARTS = 4
/** Share of the error of all activations from which a tensor is worth a Pad. */
const WORTH_A_PAD = 0.01

/** Where no reader pads: all of them are worth it. */
export async function recoverFreeCentredCodes(context: SearchContext): Promise<void> {
  const free = candidates(context).flatMap(({ unit, needsPad }) => (needsPad ? [] : [unit]))
  await offerCentred(context, free, 'centred codes')
}

/** @param costs what each activation costs in isolation, as far as is known */
export async function recoverPaddedCentredCodes(context: SearchContext, costs: Costs): Promise<void> {
  const least = WORTH_A_PAD * sumOfCosts(costs)
  const padded = candidates(context).flatMap(({ unit, needsPad }) =>
    needsPad && costOf(costs, unit) > least ? [unit] : [],
  )
  await offerCentred(context, padded, 'centred codes behind a Pad')
}

/** Units that may have centred codes and have none yet. */
function candidates({ int8: { model, plan }, units }: SearchContext): { unit: SharingUnit; needsPad: boolean }[] {
  const centrable = centrableTensors(model.graph, plan)
  return units.flatMap((unit) => {
    const own = unit.tensors.length === 1 ? centrable.get(unit.tensors[0]) : undefined
    return own && plan.quantizers.get(unit.tensors[0])!.levels === 127 ? [{ unit, needsPad: own.needsPad }] : []
  })
}

/**
 * With twice the codes clipping is often worth less than before, so it is offered first without, then under the present threshold; not
 * where samples are few, which cannot tell what clipping costs.
 */
async function offerCentred(context: SearchContext, units: readonly SharingUnit[], what: string): Promise<void> {
  const { plan, calibration } = context.int8
  const present = (unit: SharingUnit): number => calibration.thresholds.get(unit.tensors[0])!
  const largest = (unit: SharingUnit): number => unitMaximum(unit, plan, context.statistics) ?? present(unit)
  const gains = units.filter((unit) => centredCodes(plan.quantizers.get(unit.tensors[0])!, largest(unit)) > 127)
  const clipped = context.isMirrored ? [] : gains.filter((unit) => present(unit) !== largest(unit))
  for (const [open, threshold, note] of [
    [gains, largest, ', nothing clipped'],
    [clipped, present, ''],
  ] as const) {
    await offerParts(open, Math.max(1, Math.ceil(open.length / PARTS)), (part) => {
      const tensors = part.map((unit) => unit.tensors[0])
      const thresholds = new Map(part.map((unit) => [unit.tensors[0], threshold(unit)]))
      const levels = new Map(
        tensors.map((tensor) => [tensor, centredCodes(plan.quantizers.get(tensor)!, thresholds.get(tensor)!)]),
      )
      const form = withQuantizers(context.int8, thresholds, levels)
      const change = `${what} on ${part.length} tensors${note}`
      return offerIsolated(context, { stage: 'centred codes', change, tensors }, form)
    })
  }
}
