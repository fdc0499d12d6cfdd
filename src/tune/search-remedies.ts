/** From a build to the changes that meet the target, or to the best there are. */
import { collectStatistics, type Statistics } from '../calibrate/collect.ts'
import { Histogram } from '../calibrate/histogram.ts'
import { spread } from '../calibrate/spread.ts'
import type { Adjustment } from '../config/types.ts'
import { openDataset } from '../datasets/open.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { type DifferenceInterval, pairedBootstrap } from '../metrics/bootstrap.ts'
import { observedTensors } from '../quantize/thresholds.ts'
import { silent } from '../reporter.ts'
import { openSamples } from '../samples/open.ts'
import { readFacts } from '../stages/artefacts.ts'
import { choosePictures } from '../stages/evaluation-part.ts'
import { keptSensitivity, type SensitivityRow } from '../stages/sensitivity.ts'
import { buildOnce } from './build-once.ts'
import {
  costWith,
  cpuRemedies,
  int16Remedies,
  MOST_TRIED,
  openNetwork,
  sharesWith,
  thresholdRemedies,
  type TunedNetwork,
} from './candidates.ts'
import type { Checkpoint } from './checkpoint.ts'
import { climb, type Confirmed, type Score } from './climb.ts'
import { memoryLine, processBytes, processesWithin } from './memory.ts'
import { phasesOf } from './phases.ts'
import { changesOf } from './remedy.ts'
import { points, Scorer } from './scorer.ts'
import type { TuneOptions } from './settings.ts'

export interface TuneOutcome {
  isMet: boolean
  target: number
  /** Title of the headline metric. */
  metric: string
  pictures: number
  /** Shares. */
  float: number
  before: number
  after: number
  /** INT8 minus float in the end, with its 95 % interval. */
  difference: DifferenceInterval | undefined
  /** Drop with every activation in int16; undefined where the target was met without a trial. */
  ceiling: number | undefined
  changes: [string, Adjustment][]
  int16: { count: number; total: number }
}

/** Samples for statistics, and for the ranking. */
const STATISTICS = 32
const RANKED_ON = 4
/** Places looked at closely. */
const RANKED = 24

/** Evaluate, and where the target is missed try remedies until it is met or nothing helps. */
export async function searchRemedies(options: TuneOptions, checkpoint: Checkpoint<TuneOutcome>): Promise<TuneOutcome> {
  const { config, card, data, target, images, engine, reporter, signal } = options
  const { calibrated: calibratedPath, original, quantized } = await buildOnce(config, engine, reporter)
  reporter.info('Ctrl-C is safe from here on: the same command goes on where it stopped')
  const calibrated = loadModel(calibratedPath)
  const network = openNetwork(calibrated)
  const bytes = processBytes(quantized, network.state.model)
  const processes = processesWithin(options.memoryBudget, bytes)
  reporter.info(memoryLine(options.memoryBudget, bytes, processes))
  const part = images === undefined ? undefined : { first: images }
  const pictures = choosePictures(openDataset(card.dataset, data, card.reader), data, part)
  const scorer = new Scorer({
    card,
    data,
    pictures,
    float: original,
    calibrated,
    costOf: (changes) => costWith(network, changes),
    checkpoint,
    processes,
    reporter,
    signal,
  })
  const start = await scorer.start()
  if (scorer.scoring.isSameAnswer && target * scorer.count < 1) {
    reporter.warn(
      `one of ${scorer.count} pictures is ${points(1 / scorer.count)}: more pictures can tell ${points(target)}`,
    )
  }
  let confirmed: Confirmed = { changes: new Map(), score: start }
  let ceiling: number | undefined
  if (start.drop > target) {
    const rank = (kind: 'activation' | 'node'): Promise<SensitivityRow[]> =>
      keptSensitivity({
        model: calibratedPath,
        kind,
        samples: RANKED_ON,
        top: RANKED,
        processes,
        reporter,
        signal,
      })
    const statistics = await statisticsOf(options, calibrated, network)
    const rows = await rank('activation')
    const int16 = int16Remedies(network, statistics, rows)
    await scorer.rebase(new Map())
    const everything = changesOf(int16, 0)
    ceiling = everything.size === 0 ? start.drop : (await scorer.ceiling(everything)).drop
    if (ceiling > target) {
      reporter.warn(`int16 alone cannot reach ${points(target)}: what remains is the rounding of the weights to int8`)
    }
    const phases = phasesOf(options, network, {
      ceiling,
      threshold: () => Promise.resolve(thresholdRemedies(network, statistics, rows)),
      int16: () => Promise.resolve(int16.slice(0, MOST_TRIED)),
      cpu: async () => cpuRemedies(network, await rank('node')),
    })
    confirmed = await climb({ phases, judge: scorer, target, start })
  }
  return outcomeOf(options, scorer, network, start, confirmed, ceiling)
}

/** Histograms of the network as it was calibrated. */
async function statisticsOf(
  { config, engine, reporter }: TuneOptions,
  calibrated: Model,
  { state }: TunedNetwork,
): Promise<Statistics> {
  const samples = openSamples(readFacts(calibrated)!.inputs, config.calibration, silent)
  const indices = spread([...Array(samples.count).keys()], STATISTICS)
  return collectStatistics(
    engine,
    state.model,
    observedTensors(state.plan),
    samples,
    indices,
    (done) => reporter.progress('Statistics', done, indices.length),
    () => new Histogram(),
  )
}

async function outcomeOf(
  { target }: TuneOptions,
  scorer: Scorer,
  network: TunedNetwork,
  start: Score,
  { changes, score }: Confirmed,
  ceiling: number | undefined,
): Promise<TuneOutcome> {
  const { count, total } = sharesWith(network, changes)
  const outcomes = await scorer.confirmedOutcomes(changes)
  const float = scorer.floatMetric
  return {
    isMet: score.drop <= target,
    target,
    metric: scorer.title,
    pictures: scorer.count,
    float,
    before: float - start.drop,
    after: float - score.drop,
    difference: pairedBootstrap(scorer.floatOutcomes, outcomes, (some) => scorer.scoring.headline(some)),
    ceiling,
    changes: [...changes],
    int16: { count, total },
  }
}
