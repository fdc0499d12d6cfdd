/** Sensitivity of every node, weight or activation of a calibrated model, on several processes; results are kept beside the model. */
import { type ErrorFigures, ERROR_METRICS } from '../calibrate/error-metrics.ts'
import { spread } from '../calibrate/spread.ts'
import { ArgumentError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { type Reporter, silent } from '../reporter.ts'
import type { Measured } from '../sensitivity/engine.ts'
import { planSensitivity } from '../sensitivity/float-network.ts'
import { groupsPay, type SearchOptions, searchGroups } from '../sensitivity/group-search.ts'
import { listTargets, TARGET_KINDS, type TargetKind } from '../sensitivity/targets.ts'
import { nearestName } from '../text/nearest-name.ts'
import { openDebugSamples } from './debug-samples.ts'
import { buildFolderOf, loadPart, renderReport, savePart } from './report-page.ts'
import { type Placed, sensitivityOf, SensitivityRounds, together } from './sensitivity-rounds.ts'

export interface SensitivityOptions {
  /** Calibrated model of a build. */
  model: string
  /** Folders of samples; none: those of the build. */
  data?: readonly string[]
  kind: TargetKind
  /** Targets by name, of any kind; all of `kind` where left out. */
  names?: readonly string[] | undefined
  /** Samples to use; all where left out. */
  samples?: number | undefined
  /** Find so many of the most sensitive: all on one sample, in groups on the others, the likely ones alone on all. At least 1. */
  top?: number | undefined
  /** Compare these instead of the model's outputs. */
  outputs?: readonly string[] | undefined
  processes: number
  reporter: Reporter
  signal?: AbortSignal | undefined
}

/** One target, as reports and caches keep it. */
export interface SensitivityRow extends Omit<ErrorFigures, 'sqnr'> {
  name: string
  kind: TargetKind
  tensor?: string | undefined
  threshold?: number | undefined
  bits?: number | undefined
  /** Samples it was measured on. */
  samples: number
  /** What the task loses. */
  error: number
  /** dB; null where nothing differs. */
  sqnr: number | null
}

/**
 * Measure; the most sensitive (by what the task loses) first, those of `top` before all others.
 *
 * Throws ArgumentError for unknown names and a `top` below 1.
 */
export async function measureSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const { model, data = [], outputs, top, processes, reporter, signal } = options
  if (top !== undefined && top < 1) {
    throw new ArgumentError('ARGUMENT_NUMBER', `the most sensitive are one or more, not ${top}`, {
      where: 'top',
      fix: 'leave top out to measure all',
    })
  }
  const calibrated = loadModel(model)
  const source = openDebugSamples(calibrated, model, data, reporter)
  const targets = chooseTargets(calibrated, options)
  const samples = Math.min(source.count, options.samples ?? source.count)
  const plan = planSensitivity(calibrated, outputs)
  const setup = { model, data, outputs }
  const indices = spread([...Array(source.count).keys()], samples)
  const rounds = new SensitivityRounds({ setup, indices, plan, processes, reporter, signal })
  try {
    // Targets of one group are of one kind: others stand in other lists.
    const isMixed = targets.some(({ kind }) => kind !== targets[0].kind)
    if (top !== undefined && !isMixed && groupsPay(targets.length, top, samples)) {
      const starts = targets.map((target) => plan.startOf(target))
      return await findTop(rounds, targets, { starts, wanted: top, samples }, reporter)
    }
    const all = [...indices.keys()]
    const measured = await rounds.run(targets.map((target) => ({ targets: [target], samples: all })))
    return targets.map((target, i) => rowOf(target, measured[i])).sort(bySensitivity)
  } finally {
    await rounds.end()
  }
}

/** All on one sample, and in groups on the others; those that may be among the first alone on all samples. */
async function findTop(
  rounds: SensitivityRounds,
  targets: readonly Placed[],
  search: SearchOptions,
  reporter: Reporter,
): Promise<SensitivityRow[]> {
  const found = await searchGroups(search, (tests) =>
    rounds.run(tests.map(({ members, samples }) => ({ targets: members.map((place) => targets[place]), samples }))),
  )
  const rowsOf = (isSure: boolean): SensitivityRow[] =>
    found
      .filter((one) => one.isSure === isSure)
      .map(({ place, results }) => rowOf(targets[place], together(results)))
      .sort(bySensitivity)
  const [sure, others] = [rowsOf(true), rowsOf(false)]
  reporter.info(
    `${sure.length} of ${targets.length} were measured alone on ${search.samples} samples, the other ${others.length} alone on fewer and in groups on ${search.samples}`,
  )
  return [...sure, ...others]
}

/** The same for a build in a folder of ours: what was measured before is not measured again, and the report shows it. */
export async function keptSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const folder = options.outputs || options.names || options.data?.length ? undefined : buildFolderOf(options.model)
  if (!folder) return await measureSensitivity(options)
  const { targets: known = [], tops = {} } = loadPart(folder, 'sensitivity') ?? {}
  const mine = known.filter(({ kind }) => kind === options.kind)
  // What came first among ten is not what comes first among thirty: the others were looked at on fewer samples.
  const needed = (options.top ?? Infinity) <= (tops[options.kind] ?? 0) ? options.top! : Infinity
  const available = openDebugSamples(loadModel(options.model), options.model, [], silent).count
  const wanted = Math.min(available, options.samples ?? available)
  const enough = mine.filter(({ samples }, place) => place >= needed || samples >= wanted)
  if (mine.length > 0 && enough.length === mine.length) {
    options.reporter.info(`sensitivity of every ${options.kind} was measured before`)
    return mine
  }
  const rows = await measureSensitivity(options)
  const targets = [...known.filter(({ kind }) => kind !== options.kind), ...rows]
  savePart(folder, 'sensitivity', { targets, tops: { ...tops, [options.kind]: options.top } })
  renderReport(folder)
  return rows
}

function bySensitivity(a: SensitivityRow, b: SensitivityRow): number {
  return b.error - a.error || b.mse - a.mse
}

function chooseTargets({ graph }: Model, { kind, names }: SensitivityOptions): Placed[] {
  const all = (of: TargetKind): Placed[] => listTargets(graph, of).map((target, place) => ({ ...target, place }))
  if (!names) return all(kind)
  const every = TARGET_KINDS.flatMap(all)
  return names.map((name) => {
    const found = every.find((target) => target.name === name)
    if (found) return found
    const near = nearestName(
      name,
      every.map((target) => target.name),
    )
    throw new ArgumentError('ARGUMENT_UNKNOWN_NODE', `nothing quantized in the model is called '${name}'`, {
      where: name,
      fix: near === undefined ? 'run without names: the table lists them' : `did you mean '${near}'?`,
    })
  })
}

function rowOf({ name, kind, tensor, threshold, bits }: Placed, measured: Measured): SensitivityRow {
  const figures = sensitivityOf(measured)
  const samples = measured.errors.length
  const sqnr = Number.isFinite(figures.sqnr) ? figures.sqnr : null
  return { name, kind, tensor, threshold, bits, samples, ...figures, sqnr }
}

/** The figures as the metrics name them; no difference is an infinite ratio. */
export function figuresOf(row: SensitivityRow): ErrorFigures {
  const figures = { ...row, sqnr: row.sqnr ?? Infinity }
  return Object.fromEntries(ERROR_METRICS.map((metric) => [metric, figures[metric]])) as ErrorFigures
}
