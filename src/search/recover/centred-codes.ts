/**
 * Centred codes: up to one more bit where a tensor is never or hardly negative (quantize/centred-codes.ts). Where no reader pads they
 * are free, and offered together; where one does, each costs a Pad, and only tensors that cost enough are worth it. What is refused
 * is offered by halves.
 */
import { centrableTensors } from '../../quantize/centred-codes.ts'
import { centredCodes } from '../../quantize/plan.ts'
import type { SearchContext } from '../context.ts'
import { offerIsolated } from '../isolate.ts'
import { costOf, type Costs } from '../isolated-costs.ts'
import { offerParts } from '../offer-parts.ts'
import { unitMaximum } from '../thresholds.ts'
import { type SharingUnit, withQuantizers } from '../units.ts'

/** Into how many parts the tensors are divided at most. */
const PARTS = 4
/** Share of the error of all activations from which a tensor is worth a Pad. */
const WORTH_A_PAD = 0.01

/** @param costs what each activation costs in isolation, as far as is known */
export async function recoverCentredCodes(context: SearchContext, costs: Costs): Promise<void> {
  const { model, plan } = context.int8
  const single = context.units.filter(({ tensors }) => tensors.length === 1)
  const centrable = centrableTensors(model.graph, plan)
  const open = single.filter(
    ({ tensors: [tensor] }) => centrable.has(tensor) && plan.quantizers.get(tensor)!.levels === 127,
  )
  const total = context.units.reduce((sum, unit) => sum + Math.max(0, costOf(costs, unit)), 0)
  const needsPad = (tensor: string): boolean => centrable.get(tensor)!.needsPad
  const free = open.filter(({ tensors: [tensor] }) => !needsPad(tensor))
  const padded = open.filter((unit) => needsPad(unit.tensors[0]) && costOf(costs, unit) > WORTH_A_PAD * total)
  await offerCentred(context, free, 'centred codes')
  await offerCentred(context, padded, 'centred codes behind a Pad')
}

/** With twice the codes clipping is often worth less than before, so it is offered first without, then under the present threshold. */
async function offerCentred(context: SearchContext, units: readonly SharingUnit[], what: string): Promise<void> {
  const { plan, calibration } = context.int8
  const present = (unit: SharingUnit): number => calibration.thresholds.get(unit.tensors[0])!
  const largest = (unit: SharingUnit): number => unitMaximum(unit, plan, context.statistics) ?? present(unit)
  const gains = units.filter((unit) => centredCodes(plan.quantizers.get(unit.tensors[0])!, largest(unit)) > 127)
  const clipped = gains.filter((unit) => present(unit) !== largest(unit))
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
