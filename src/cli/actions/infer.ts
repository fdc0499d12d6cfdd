/** `openmapper infer`. */
import type { Card } from '../../cards/card.ts'
import { loadCard } from '../../cards/load.ts'
import { classNames, datasetFolder } from '../../datasets/open.ts'
import { ArgumentError } from '../../errors.ts'
import { classLine, inferPicture, type Picture } from '../../stages/infer.ts'
import { flag, type Handler, type OptionValues, text } from '../command.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const result = await inferPicture({ card, model: text(options, 'model')!, picture: pictureOf(card, options) })
  if (flag(options, 'json')) {
    print(JSON.stringify(result))
    return
  }
  const { label } = result
  const right = label === undefined ? '' : `; its label is ${label} [${classNames(card.dataset)?.[label] ?? ''}]`
  reporter.info(`picture ${result.picture}${right}`)
  for (const best of result.classes) reporter.info(classLine(best))
}

function pictureOf(card: Card, options: OptionValues): Picture {
  const file = text(options, 'image')
  const sample = wholeNumber(options, 'sample', 0)
  if ((file === undefined) === (sample === undefined)) {
    throw new ArgumentError('ARGUMENT_PICTURE_REQUIRED', 'which picture?', {
      where: '--image, --sample',
      fix: 'give either --image FILE or --sample N',
    })
  }
  return file === undefined ? { sample: sample!, data: datasetFolder(card.dataset, text(options, 'data')) } : { file }
}
