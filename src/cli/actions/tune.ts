/** `openmapper tune`. */
import { loadCard } from '../../cards/load.ts'
import { parseDrop, TARGET_FORM } from '../../config/accuracy-target.ts'
import { ArgumentError } from '../../errors.ts'
import { loadConfigFile } from '../../stages/load-config-file.ts'
import { type Handler, type OptionValues, text } from '../command.ts'
import { wholeNumber } from '../number-option.ts'
import { runTuning } from '../run-tuning.ts'

export const run: Handler = async (_, options, context) => {
  const { path, config } = configOf(options)
  const accuracy = config.calibration.accuracy
  const cardPath = text(options, 'card') ?? accuracy?.card
  if (cardPath === undefined) {
    throw new ArgumentError('ARGUMENT_NO_CARD', 'which model card says how accuracy is measured?', {
      where: '--card',
      fix: `give --card model.yaml, or accuracy_card beside accuracy_target in ${path}`,
    })
  }
  const target = pointsOf(options, 'targetDrop', '--target-drop') ?? accuracy?.drop
  if (target === undefined) {
    throw new ArgumentError('ARGUMENT_NO_TARGET', 'how much may INT8 lose against float?', {
      where: '--target-drop',
      fix: 'for example --target-drop 0.5%: half a percentage point of the main metric',
    })
  }
  await runTuning(
    {
      config,
      reload: (file) => loadConfigFile(file),
      card: loadCard(cardPath),
      data: text(options, 'data') ?? accuracy?.data,
      target,
      images: wholeNumber(options, 'images', 1),
      maxInt16: pointsOf(options, 'maxInt16', '--max-int16')!,
      memoryBudget: wholeNumber(options, 'memoryBudget', 1, '--memory-budget'),
    },
    options,
    context,
  )
}

/** `-c`, else what the card names. */
function configOf(options: OptionValues): { path: string; config: ReturnType<typeof loadConfigFile> } {
  const card = text(options, 'card')
  const path = text(options, 'config') ?? (card === undefined ? undefined : loadCard(card).config)
  if (path !== undefined) return { path, config: loadConfigFile(path) }
  throw new ArgumentError('ARGUMENT_NO_CONFIG', 'which build shall be tuned?', {
    where: '--config',
    fix: 'give -c model_config.yaml, or --card model.yaml, which names one',
  })
}

/** `0.5%` as a share. */
function pointsOf(options: OptionValues, name: string, flag: string): number | undefined {
  const word = text(options, name)
  if (word === undefined) return undefined
  const drop = parseDrop(word)
  if (drop !== undefined) return drop
  throw new ArgumentError('ARGUMENT_POINTS', `${flag} takes ${TARGET_FORM}, not '${word}'`, {
    where: flag,
    fix: /^[\d.]+$/.test(word) ? `write ${flag} ${word}%` : `for example ${flag} 0.5%`,
  })
}
