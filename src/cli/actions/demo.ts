/** `openmapper demo`: the CIFAR-10 sample with its own network, scripts 00 to 05 in one process. */
import { dirname } from 'node:path'
import { loadCard } from '../../cards/load.ts'
import { findCard } from '../../cards/zoo.ts'
import { fetchCifar10 } from '../../fetch/cifar10.ts'
import type { Reporter } from '../../reporter.ts'
import { type CommandContext, flag, type Handler, type OptionValues } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { journeyJson, journeySummary, runJourney, shortPath, stepper } from '../journey.ts'
import { wholeNumber } from '../number-option.ts'

const SAMPLE = 'resnet20_cifar10'

export const run: Handler = (_, options, context) => interruptible((signal) => demo(options, context, signal))

async function demo(options: OptionValues, { reporter, print }: CommandContext, signal: AbortSignal): Promise<void> {
  const limit = wholeNumber(options, 'limit', 1)
  const processes = wholeNumber(options, 'processes', 1)!
  const card = loadCard(findCard(SAMPLE))
  // The stages' own lines go to the log file; progress and warnings stay visible.
  const inner: Reporter = { ...reporter, info: (line) => reporter.debug(line) }
  const steps = stepper(reporter)
  reporter.info(`${card.title}: from the float model to a measured INT8 model`)
  const data = await steps(
    'fetch',
    () => fetchCifar10({ reporter: { ...inner, info: reporter.info }, signal }),
    shortPath,
  )
  const journey = await runJourney({ card, data, calibration: data, processes, limit, steps, reporter: inner, signal })
  if (flag(options, 'json')) {
    print(JSON.stringify(journeyJson(journey, steps.done)))
    return
  }
  for (const line of journeySummary(journey, steps.done)) print(line)
  print(`Models: ${shortPath(dirname(journey.model))}`)
  print('')
  print(`The same step by step: the scripts 00 to 05 in ${shortPath(dirname(card.config))}`)
  print('Other models:          openmapper zoo list')
  print('Your own model:        openmapper init your_model.onnx')
}
