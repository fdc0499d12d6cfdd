/** `openmapper build` and `hb_mapper makertbin`. */
import { basename } from 'node:path'
import pc from 'picocolors'
import { loadCard } from '../../cards/load.ts'
import type { AccuracyTarget, BuildConfig } from '../../config/types.ts'
import { ConfigError } from '../../errors.ts'
import { onnxEngine } from '../../runtime/engine.ts'
import { ENGINE_VERSION } from '../../runtime/session.ts'
import { stoppableEngine } from '../../runtime/stoppable.ts'
import { buildModel } from '../../stages/build.ts'
import { loadConfigFile } from '../../stages/load-config-file.ts'
import type { RestartStage } from '../../stages/restart.ts'
import { VERSION } from '../../version.ts'
import { type CommandContext, flag, type Handler, type OptionValues, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'
import { runTuning } from '../run-tuning.ts'

const BIAS_CORRECTION = new Map([
  ['on', true],
  ['off', false],
])

export const run: Handler = async (_, options, context) => {
  const { reporter, print } = context
  const threads = wholeNumber(options, 'threads', 1)!
  reporter.info(`openmapper version ${VERSION}`)
  reporter.info(`onnxruntime version ${ENGINE_VERSION}`)
  const load = (path: string): BuildConfig =>
    loadConfigFile(path, {
      modelType: text(options, 'modelType') as 'onnx' | 'caffe' | undefined,
      ignoreUnsupported: flag(options, 'ignoreUnsupported'),
      searchBudget: wholeNumber(options, 'searchBudget', 0, '--search-budget'),
      int16: text(options, 'int16') as 'auto' | 'forbidden' | undefined,
      biasCorrection: BIAS_CORRECTION.get(text(options, 'biasCorrection') ?? 'auto'),
    })
  const config = load(text(options, 'config')!)
  if (config.calibration.accuracy) return buildToTarget(config, config.calibration.accuracy, load, options, context)
  const result = await interruptible((signal) =>
    buildModel(config, {
      engine: stoppableEngine(onnxEngine(threads), signal),
      reporter,
      from: text(options, 'from') as RestartStage | undefined,
      debug: flag(options, 'debug'),
      verify: text(options, 'verify') === 'full' ? 'full' : 'tiles',
    }),
  )
  if (flag(options, 'json')) {
    print(JSON.stringify({ files: result.files, report: result.reportFile, page: result.reportPage, ...result.report }))
    return
  }
  const { verdict } = result.report
  const colour = { good: pc.green, fair: pc.yellow, poor: pc.red }[verdict.level]
  print('')
  print(colour(verdict.meaning))
  print(`Next: ${verdict.next}`)
  print(`Report: ${result.reportPage} (open it in a browser; the same as JSON: ${basename(result.reportFile)})`)
}

/** `accuracy_target` in the YAML: the build goes on until it is met. */
async function buildToTarget(
  config: BuildConfig,
  { drop, card, data }: AccuracyTarget,
  reload: (path: string) => BuildConfig,
  options: OptionValues,
  context: CommandContext,
): Promise<void> {
  if (card === undefined || text(options, 'from') !== undefined) {
    const where = config.placeOf?.('calibration_parameters.accuracy_target')
    const why =
      card === undefined ? 'accuracy_card, the model card, is missing' : 'a build with --from is no whole build'
    throw new ConfigError('CONFIG_ACCURACY_TARGET', `accuracy_target cannot be measured: ${why}`, {
      where: where?.where ?? 'calibration_parameters.accuracy_target',
      ...(where && { detail: where.source }),
      fix:
        card === undefined
          ? 'add accuracy_card: model.yaml, or leave accuracy_target out and run openmapper tune'
          : 'leave --from out',
    })
  }
  const request = {
    config,
    reload,
    card: loadCard(card),
    data,
    target: drop,
    images: undefined,
    maxInt16: 1,
    memoryBudget: undefined,
  }
  await runTuning(request, options, context)
}
