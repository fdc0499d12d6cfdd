/** `openmapper infer`. */
import { basename, extname } from 'node:path'
import type { Card } from '../../cards/card.ts'
import { loadCard } from '../../cards/load.ts'
import { datasetFolder } from '../../datasets/locate.ts'
import { ArgumentError } from '../../errors.ts'
import { saveFileAtomic } from '../../files/save-file.ts'
import { encodePicture, type RgbPicture } from '../../image/compose.ts'
import { CHINESE_FONT_FIX, hasChineseFont, type Language, terminalLanguage } from '../../image/fonts.ts'
import type { Reporter } from '../../reporter.ts'
import { predictionLines } from '../../report/prediction-lines.ts'
import { annotate, besideEachOther } from '../../stages/annotate.ts'
import { inferPicture, type InferResult, type PictureChoice } from '../../stages/infer.ts'
import type { ClassName } from '../../tasks/class-name.ts'
import { classShares } from '../../tasks/class-shares.ts'
import type { Prediction } from '../../tasks/prediction.ts'
import { flag, type Handler, type OptionValues, text } from '../command.ts'
import { modelsToCompare } from '../models-to-compare.ts'
import { share, wholeNumber } from '../number-option.ts'

/** Boxes below are rarely right. */
const MIN_SCORE = 0.3

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const picture = pictureOf(card, options)
  const minScore = share(options, 'minScore', '--min-score') ?? MIN_SCORE
  const results: { model: string; result: InferResult }[] = []
  for (const model of modelsToCompare([text(options, 'model')!], flag(options, 'compare'))) {
    results.push({ model, result: await inferPicture({ card, model, picture }) })
  }
  const { picture: name, image } = results[0].result
  if (image.damage !== undefined) reporter.warn(`${name} has a damaged file: ${image.damage}`)
  const output = text(options, 'output') ?? defaultOutput(name)
  const language = languageOf(options, reporter)
  const drawn = await Promise.all(
    results.map(async ({ model, result }) => ({
      title: basename(model),
      picture: await annotate(result, { reader: card.reader, language, minScore }),
    })),
  )
  await save(drawn.length === 1 ? drawn[0].picture : await besideEachOther(drawn), output)
  if (flag(options, 'json')) {
    const objects = results.map(({ model, result }) => ({ model: basename(model), ...jsonOf(result) }))
    print(JSON.stringify({ output, ...(objects.length === 1 ? objects[0] : { models: objects }) }))
    return
  }
  for (const { model, result } of results) {
    if (results.length > 1) reporter.info(basename(model))
    reporter.info(`picture ${result.picture}${labelText(result)}`)
    const lines = predictionLines(result.prediction, result.names, minScore)
    for (const line of lines.length > 0 ? lines : [`no object with a score of at least ${minScore}`])
      reporter.info(line)
  }
  reporter.info(`annotated picture: ${output}`)
}

async function save(picture: RgbPicture, path: string): Promise<void> {
  saveFileAtomic(path, await encodePicture(picture, path))
}

/** Named after the picture, in the working folder. */
function defaultOutput(picture: string): string {
  return `${basename(picture, extname(picture))}_annotated.png`
}

/** The language asked for, else the terminal's; English where Chinese cannot be drawn. */
function languageOf(options: OptionValues, reporter: Reporter): Language {
  const asked = text(options, 'language')
  if (asked !== undefined && asked !== 'en' && asked !== 'zh') {
    throw new ArgumentError('ARGUMENT_LANGUAGE', `there are no labels in '${asked}'`, {
      where: '--language',
      fix: 'give en or zh',
    })
  }
  const language = asked ?? terminalLanguage()
  if (language === 'en' || hasChineseFont()) return language
  reporter.warn(`this system has no font with Chinese characters, so labels are in English; ${CHINESE_FONT_FIX}`)
  return 'en'
}

function labelText({ truth, names }: InferResult): string {
  if (truth?.kind !== 'class') return ''
  const name = names?.[truth.classId]?.name
  return `; its label is ${truth.classId}${name === undefined ? '' : ` [${name}]`}`
}

function pictureOf(card: Card, options: OptionValues): PictureChoice {
  const file = text(options, 'image')
  const sample = wholeNumber(options, 'sample', 0)
  if ((file === undefined) === (sample === undefined)) {
    throw new ArgumentError('ARGUMENT_PICTURE_REQUIRED', 'which picture?', {
      where: '--image, --sample',
      fix: 'give either --image FILE or --sample N',
    })
  }
  const data = text(options, 'data')
  return file === undefined ? { sample: sample!, data: datasetFolder(card, data) } : { file, data }
}

/** What a script wants to read: classes, boxes or pixel shares, each with its class name. */
function jsonOf({ picture, truth, prediction, names }: InferResult): object {
  const label = truth?.kind === 'class' ? truth.classId : undefined
  return { picture, label, ...answers(prediction, names) }
}

function answers(prediction: Prediction, names: readonly ClassName[] | undefined): object {
  const named = <T extends { classId: number }>(item: T): T & { className: string | undefined } => ({
    ...item,
    className: names?.[item.classId]?.name,
  })
  if (prediction.kind === 'classes') return { classes: prediction.ranked.map(named) }
  if (prediction.kind === 'boxes') return { boxes: prediction.detections.map(named) }
  return { segments: classShares(prediction.mask.labels).map(named) }
}
