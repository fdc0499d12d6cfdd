/** `openmapper preprocess`. */
import { loadCard } from '../../cards/load.ts'
import { calibrationFolder } from '../../datasets/locate.ts'
import { loadConfigFile } from '../../stages/load-config-file.ts'
import { preprocessImages } from '../../stages/preprocess.ts'
import { flag, type Handler, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const source = calibrationFolder(card, text(options, 'src'))
  const target = text(options, 'dst')!
  const limit = wholeNumber(options, 'limit', 1)!
  const { typeTrain, shape: inputShape } = loadConfigFile(card.config).inputs[0]
  const result = await interruptible((signal) =>
    preprocessImages({
      card,
      source,
      target,
      typeTrain,
      inputShape,
      limit,
      tellFiles: flag(options, 'tellFiles'),
      reporter,
      signal,
    }),
  )
  if (flag(options, 'json')) print(JSON.stringify(result))
}
