/** Sensitivity of every node, weight or activation of a calibrated model, on several processes; results are kept beside the model. */
import { type ErrorFigures, ERROR_METRICS } from '../calibrate/error-metrics.ts'
import { ArgumentError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import type { Reporter } from '../reporter.ts'
import { planSensitivity } from '../sensitivity/float-network.ts'
import { searchGroups } from '../sensitivity/group-search.ts'
import { listTargets, TARGET_KINDS, type TargetKind } from '../sensitivity/targets.ts'
import { nearestName } from '../text/nearest-name.ts'
import { openDebugSamples } from './debug-samples.ts'
import { buildFolderOf, loadPart, renderReport, savePart } from './report-page.ts'
import { type Placed, type Sensitivity, SensitivityRounds } from './sensitivity-rounds.ts'

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
  /** Find so many of the most sensitive: all on one sample, the likely ones on all samples. */
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
  /** So many targets were quantized together, and the figures are theirs; left out where the target was alone. */
  group?: number | undefined
  /** What the task loses. */
  error: number
  /** dB; null where nothing differs. */
  sqnr: number | null
}

/** Samples of the first round of `top`. */
const SCREENED = 1
/** Candidates per place in the list that the last round measures again. */
const CANDIDATES = 3

/** Measure; the most sensitive (by what the task loses) first, those of `top` before all others. */
export async function measureSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const { model, data = [], outputs, top, processes, reporter, signal } = options
  const calibrated = loadModel(model)
  const source = openDebugSamples(calibrated, model, data, reporter)
  const targets = chooseTargets(calibrated, options)
  const samples = Math.min(source.count, options.samples ?? source.count)
  const plan = planSensitivity(calibrated, outputs)
  const setup = { model, data, outputs }
  const rounds = new SensitivityRounds({ setup, available: source.count, plan, processes, reporter, signal })
  try {
    if (top !== undefined && samples > SCREENED && targets.length > CANDIDATES * top) {
      return await findTop(rounds, targets, top, samples)
    }
    const tests = targets.map((target) => [target])
    const figures = await rounds.run(tests, samples)
    return tests.flatMap((test, i) => rowsOf(test, figures[i], samples)).sort(bySensitivity)
  } finally {
    await rounds.end()
  }
}

/** All on one sample, in groups where these pay; the likely ones on all samples. */
async function findTop(
  rounds: SensitivityRounds,
  targets: readonly Placed[],
  top: number,
  samples: number,
): Promise<SensitivityRow[]> {
  const membersOf = (places: readonly number[]): Placed[] => places.map((place) => targets[place])
  const screened = await searchGroups(targets.length, top, (groups) => rounds.run(groups.map(membersOf), SCREENED))
  const first = screened.flatMap(({ members, result }) => rowsOf(membersOf(members), result, SCREENED))
  const alone = first.filter(({ group }) => group === undefined).sort(bySensitivity)
  const likely = new Set(alone.slice(0, CANDIDATES * top).map(({ name }) => name))
  const again = targets.flatMap((target) => (likely.has(target.name) ? [[target]] : []))
  const figures = await rounds.run(again, samples)
  const refined = again.flatMap((test, i) => rowsOf(test, figures[i], samples)).sort(bySensitivity)
  const grouped = first.filter(({ group }) => group !== undefined).sort(bySensitivity)
  return [...refined, ...alone.filter(({ name }) => !likely.has(name)), ...grouped]
}

/** The same for a build in a folder of ours: what was measured before is not measured again, and the report shows it. */
export async function keptSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const folder = options.outputs || options.names || options.data?.length ? undefined : buildFolderOf(options.model)
  if (!folder) return await measureSensitivity(options)
  const known = loadPart(folder, 'sensitivity')?.targets ?? []
  const mine = known.filter(({ kind }) => kind === options.kind)
  const needed = options.top ?? Infinity
  const wanted = options.samples ?? Infinity
  const enough = mine.filter(({ samples, group }, place) => place >= needed || (samples >= wanted && group === undefined))
  if (mine.length > 0 && enough.length === mine.length) {
    options.reporter.info(`sensitivity of every ${options.kind} was measured before`)
    return mine
  }
  const rows = await measureSensitivity(options)
  savePart(folder, 'sensitivity', { targets: [...known.filter(({ kind }) => kind !== options.kind), ...rows] })
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

function rowsOf(test: readonly Placed[], figures: Sensitivity, samples: number): SensitivityRow[] {
  const sqnr = Number.isFinite(figures.sqnr) ? figures.sqnr : null
  const group = test.length > 1 ? { group: test.length } : {}
  return test.map(({ name, kind, tensor, threshold, bits }) => ({
    name,
    kind,
    tensor,
    threshold,
    bits,
    samples,
    ...group,
    ...figures,
    sqnr,
  }))
}

/** The figures as the metrics name them; no difference is an infinite ratio. */
export function figuresOf(row: SensitivityRow): ErrorFigures {
  const figures = { ...row, sqnr: row.sqnr ?? Infinity }
  return Object.fromEntries(ERROR_METRICS.map((metric) => [metric, figures[metric]])) as ErrorFigures
}
