/**
 * Raise the few activations to int16 that carry most of the error.
 *
 * A few tensors of a network often carry nearly all of it (YOLOX-nano: 3 of 209). Groups of 16 are raised at a time; groups that
 * cut the error by more than 3 % are split down to single ones, which are then raised in the order of their gain, each accepted
 * on other samples, until the cap is reached.
 */
import type { Statistics } from '../calibrate/collect.ts'
import type { Levels } from '../quantize/plan.ts'
import { acceptRange, type SearchContext } from './context.ts'
import { bestInt8Form } from './int8-form.ts'
import type { QuantizedState } from './state.ts'
import { unitMaximum } from './thresholds.ts'
import { mean, type Trial } from './trial.ts'
import { type Int16Shares, int16Shares, type SharingUnit, withQuantizers } from './units.ts'

const GROUP = 16
/** Relative gain that makes a group worth splitting, and a single tensor worth raising. */
const WORTH_SPLITTING = 0.03
const WORTH_RAISING = 0.015
const ROUNDS = 2

/** What raising a unit alone, or its share of a group, would cut off the error; by its first tensor. */
export type Effects = Map<string, number>

/**
 * Raise; returns the effects measured on what was left in int8.
 *
 * @param cap largest share of quantizers and of elements in int16
 * @param isScaffold everything may be raised, also what the march must have in int8 in the end
 */
export async function raiseToInt16(
  { trial, units, statistics }: SearchContext,
  cap: number,
  isScaffold: boolean,
): Promise<Effects> {
  let effects: Effects = new Map()
  for (let round = 0; round < ROUNDS && !trial.isOver; round++) {
    const candidates = units.filter(
      (unit) => (isScaffold || unit.takesInt16) && isRaisable(trial.state, unit, statistics),
    )
    const measured = await measureGroups(trial, candidates, statistics)
    effects = measured.effects
    let raised = 0
    for (const { unit } of measured.singles.toSorted((a, b) => b.gain - a.gain)) {
      if (trial.isOver || !fits(trial.state, units, unit, cap)) continue
      const base = await trial.screen(trial.state)
      const state = raisedState(trial.state, [unit], statistics)
      if (base - (await trial.screen(state)) < WORTH_RAISING * base) continue
      if (await trial.offer('int16', 'int8 -> int16', unit.tensors, state)) raised++
    }
    if (raised === 0) break
  }
  return effects
}

/**
 * Bring raised units back to int8: those the march must have there, those it costs nothing, and until the cap is kept the ones
 * that seem to cost least.
 */
export async function lowerToInt8(context: SearchContext): Promise<void> {
  const { trial, units, int16Cap } = context
  const raised = units.filter((unit) => isWide(trial.state, unit) && !context.requested(unit))
  const base = await trial.screen(trial.state)
  const losses = new Map<SharingUnit, number>()
  for (const unit of raised) losses.set(unit, mean((await bestInt8Form(context, unit, false)).errors) - base)
  const rank = (unit: SharingUnit): number => (unit.takesInt16 ? losses.get(unit)! : -Infinity)
  for (const unit of raised.toSorted((a, b) => rank(a) - rank(b))) {
    const isForced = !unit.takesInt16 || !keeps(int16Shares(units, trial.state.plan), int16Cap)
    if (!isForced && (trial.isOver || losses.get(unit)! > 0)) continue
    const form = await bestInt8Form(context, unit, true)
    const change = `int16 -> ${form.change}`
    if (isForced) await trial.force('int16', change, unit.tensors, form.state)
    else if (!(await trial.offer('int16', change, unit.tensors, form.state))) continue
    if (form.range) await acceptRange(context, unit.tensors[0], form.range)
  }
}

function keeps({ quantizers, elements }: Int16Shares, cap: number): boolean {
  return quantizers <= cap && elements <= cap
}

interface Measured {
  effects: Effects
  singles: { unit: SharingUnit; gain: number }[]
}

async function measureGroups(trial: Trial, units: readonly SharingUnit[], statistics: Statistics): Promise<Measured> {
  const base = await trial.screen(trial.state)
  const effects: Effects = new Map()
  const singles: Measured['singles'] = []
  const gainOf = async (group: readonly SharingUnit[]): Promise<number> =>
    base - (await trial.screen(raisedState(trial.state, group, statistics)))
  const descend = async (group: readonly SharingUnit[], gain: number): Promise<void> => {
    for (const unit of group) effects.set(unit.tensors[0], gain / group.length)
    if (group.length === 1) {
      if (gain > WORTH_RAISING * base) singles.push({ unit: group[0], gain })
      return
    }
    if (gain <= WORTH_SPLITTING * base || trial.isOver) return
    const middle = group.length >> 1
    const first = await gainOf(group.slice(0, middle))
    await descend(group.slice(0, middle), first)
    // Gains about add up, so the other half needs no run of its own.
    await descend(group.slice(middle), gain - first)
  }
  for (let start = 0; start < units.length && !trial.isOver; start += GROUP) {
    const group = units.slice(start, start + GROUP)
    await descend(group, await gainOf(group))
  }
  return { effects, singles }
}

/** The state with units in int16, nothing of them clipped. */
export function raisedState(
  state: QuantizedState,
  units: readonly SharingUnit[],
  statistics: Statistics,
): QuantizedState {
  const thresholds = new Map<string, number>()
  const levels = new Map<string, Levels>()
  for (const unit of units) {
    const threshold = unitMaximum(unit, state.plan, statistics)
    for (const tensor of unit.tensors) {
      if (threshold !== undefined) thresholds.set(tensor, threshold)
      levels.set(tensor, 32767)
    }
  }
  return withQuantizers(state, thresholds, levels)
}

function isWide(state: QuantizedState, unit: SharingUnit): boolean {
  return unit.tensors.some((tensor) => state.plan.quantizers.get(tensor)!.levels === 32767)
}

function isRaisable(state: QuantizedState, unit: SharingUnit, statistics: Statistics): boolean {
  return !isWide(state, unit) && unitMaximum(unit, state.plan, statistics) !== undefined
}

function fits(state: QuantizedState, units: readonly SharingUnit[], unit: SharingUnit, cap: number): boolean {
  const changed = new Map<string, Levels>(unit.tensors.map((tensor) => [tensor, 32767]))
  const shares = int16Shares(units, withQuantizers(state, new Map<string, number>(), changed).plan)
  return keeps(shares, cap)
}
