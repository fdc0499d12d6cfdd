/**
 * Tune a build to a target of its task: raise precision where it costs accuracy, in the cheapest order, until INT8 falls behind float
 * by no more than asked.
 */
import { readFileSync } from 'node:fs'
import { loadModel } from '../files/load-model.ts'
import { artefactPath } from '../stages/artefacts.ts'
import { renderReport, savePart } from '../stages/report-page.ts'
import { buildOnce, presentBuild } from './build-once.ts'
import { Checkpoint, type TrialRow } from './checkpoint.ts'
import { remainsOf } from './remains.ts'
import { percent, quantizedBytes } from './scorer.ts'
import { searchRemedies, type TuneOutcome } from './search-remedies.ts'
import { settingsOf, type TuneOptions } from './settings.ts'
import { writeTunedYaml } from './tuned-yaml.ts'

/** What the report shows of a tuning. */
export interface ReportedTuning extends TuneOutcome {
  trials: readonly TrialRow[]
  /** What still costs accuracy, where the target is missed. */
  remains: readonly string[]
  /** The YAML that makes this build; undefined where the user's own does. */
  yaml: string | undefined
}

export interface TuneResult extends ReportedTuning {
  /** The quantized model. */
  model: string
}

/**
 * Tune. Leaves a build in `working_dir`, and beside the user's YAML the one that makes it. An interrupted tuning goes on where it
 * was when it is started again with the same settings.
 */
export async function tuneModel(options: TuneOptions): Promise<TuneResult> {
  const { config, reporter } = options
  if (config.file === undefined) throw new TypeError('a configuration to tune comes from a file')
  const { workingDir, prefix } = config.model
  const folder = { workingDir, prefix }
  const checkpoint = new Checkpoint<TuneOutcome>(folder, settingsOf(options))
  if (checkpoint.isResumed) {
    reporter.info(
      checkpoint.result ? 'tuned before with the same settings' : 'going on where the last tuning was interrupted',
    )
  }
  const outcome = checkpoint.result ?? (await searchRemedies(options, checkpoint))
  checkpoint.finish(outcome)
  const yaml = await finalBuild(options, outcome)
  checkpoint.tidy()
  const reported: ReportedTuning = {
    ...outcome,
    trials: checkpoint.trials,
    remains: outcome.isMet ? [] : remainsOf(outcome, options),
    yaml,
  }
  savePart(folder, 'tuning', reported)
  renderReport(folder)
  return { ...reported, model: artefactPath(workingDir, prefix, 'quantized') }
}

/** Build with what was found. Resolves with the path of the YAML, undefined where the user's own makes it. */
async function finalBuild(options: TuneOptions, outcome: TuneOutcome): Promise<string | undefined> {
  const { config, reload, engine, reporter } = options
  const changes = new Map(outcome.changes)
  if (changes.size === 0) {
    await buildOnce(config, engine, reporter)
    return undefined
  }
  // Made before the build that it starts from is replaced.
  const start = presentBuild(config)
  const measured = start && quantizedBytes(loadModel(start.calibrated), changes)
  const note = `${outcome.metric} float ${percent(outcome.float)}, INT8 ${percent(outcome.after)} on ${outcome.pictures} pictures.`
  const yaml = writeTunedYaml(config, changes, note)
  reporter.info(`Build with ${yaml}`)
  const { quantized } = await buildOnce(reload(yaml), engine, reporter)
  if (measured && !readFileSync(quantized).equals(measured)) {
    throw new Error(`the build with ${yaml} is not the one that was measured`)
  }
  return yaml
}
