/** Sensitivity of every node, weight or activation of a calibrated model, on several processes; results are kept beside the model. */
import { type ErrorFigures, ERROR_METRICS } from '../calibrate/error-metrics.ts'
import { ArgumentError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { runShards } from '../pool/fork-pool.ts'
import type { Shard } from '../pool/shard.ts'
import type { Reporter } from '../reporter.ts'
import type { Sensitivity } from '../sensitivity/engine.ts'
import { listTargets, type Target, type TargetKind } from '../sensitivity/targets.ts'
import { nearestName } from '../text/nearest-name.ts'
import { openDebugSamples } from './debug-samples.ts'
import { buildFolderOf, loadPart, renderReport, savePart } from './report-page.ts'
import type { SensitivityPayload, SensitivitySetup } from './sensitivity-task.ts'

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
  /** Find so many of the most sensitive: all on a few samples, the likely ones on more. */
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

/** Samples of the first round of `top`, and of the last. */
const SCREENED = 1
const REFINED = 4
/** Candidates per place in the list that the last round measures again. */
const CANDIDATES = 3
/** Shards per process: late targets cost less than early ones. */
const SHARDS = 6

/** Measure; the most sensitive (by what the task loses) first, those of `top` before all others. */
export async function measureSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const { top, reporter } = options
  const calibrated = loadModel(options.model)
  const source = openDebugSamples(calibrated, options.model, options.data ?? [], reporter)
  const targets = chooseTargets(calibrated, options)
  const samples = Math.min(source.count, options.samples ?? source.count)
  const isRefined = top !== undefined && samples > SCREENED && targets.length > CANDIDATES * top
  const first = await round(options, targets, isRefined ? SCREENED : samples)
  first.sort(bySensitivity)
  if (!isRefined) return first
  const likely = new Set(first.slice(0, CANDIDATES * top).map(({ name }) => name))
  const again = targets.filter(({ name }) => likely.has(name))
  const refined = await round(options, again, Math.min(samples, REFINED))
  return [...refined.sort(bySensitivity), ...first.filter(({ name }) => !likely.has(name))]
}

/** The same for a build in a folder of ours: what was measured before is not measured again, and the report shows it. */
export async function keptSensitivity(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const folder = options.outputs || options.names || options.data?.length ? undefined : buildFolderOf(options.model)
  if (!folder) return await measureSensitivity(options)
  const known = loadPart(folder, 'sensitivity')?.targets ?? []
  const mine = known.filter(({ kind }) => kind === options.kind)
  const needed = options.top ?? Infinity
  const wanted = Math.min(options.samples ?? Infinity, options.top === undefined ? Infinity : REFINED)
  const enough = mine.filter(({ samples }, place) => place >= needed || samples >= wanted)
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

/** A target and its place in the list of its kind. */
type Placed = Target & { place: number }

function chooseTargets({ graph }: Model, { kind, names }: SensitivityOptions): Placed[] {
  const all = (of: TargetKind): Placed[] => listTargets(graph, of).map((target, place) => ({ ...target, place }))
  if (!names) return all(kind)
  const every = (['node', 'weight', 'activation'] as const).flatMap(all)
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

/** Measure targets on so many samples. */
async function round(
  { model, data = [], outputs, processes, reporter, signal }: SensitivityOptions,
  targets: readonly Placed[],
  samples: number,
): Promise<SensitivityRow[]> {
  const setup: SensitivitySetup = { model, data, samples, outputs }
  const count = Math.min(targets.length, processes * SHARDS)
  const groups = (['node', 'weight', 'activation'] as const).flatMap((kind) =>
    Array.from({ length: count }, (_, k) => ({
      kind,
      members: targets.filter((target, i) => target.kind === kind && i % count === k),
    })),
  )
  const filled = groups.filter(({ members }) => members.length > 0)
  const shards = filled.map(({ kind, members }, k): Shard<SensitivitySetup, SensitivityPayload> => ({
    id: `targets ${k}`,
    kind: 'sensitivity',
    setup,
    payload: { kind, targets: members.map(({ place }) => place) },
    size: members.length,
  }))
  const results = await runShards<Sensitivity[]>(shards, {
    processes,
    onProgress: (done) => reporter.progress(`Measuring sensitivity on ${samples} sample(s)`, done, targets.length),
    onRetry: (message) => reporter.warn(message),
    ...(signal && { signal }),
  })
  return filled.flatMap(({ members }, k) =>
    results.get(`targets ${k}`)!.map((figures, i) => rowOf(members[i], figures, samples)),
  )
}

function rowOf({ name, kind, tensor, threshold, bits }: Target, figures: Sensitivity, samples: number): SensitivityRow {
  const sqnr = Number.isFinite(figures.sqnr) ? figures.sqnr : null
  return { name, kind, tensor, threshold, bits, samples, ...figures, sqnr }
}

/** The figures as the metrics name them; no difference is an infinite ratio. */
export function figuresOf(row: SensitivityRow): ErrorFigures {
  const figures = { ...row, sqnr: row.sqnr ?? Infinity }
  return Object.fromEntries(ERROR_METRICS.map((metric) => [metric, figures[metric]])) as ErrorFigures
}
