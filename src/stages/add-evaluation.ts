/** What an evaluation adds to `report.html`: metrics, and the pictures on which INT8 lost most, float beside INT8. */
import { basename } from 'node:path'
import type { Card, DatasetName } from '../cards/card.ts'
import { openDataset } from '../datasets/open.ts'
import { hashOfFile } from '../files/hash-file.ts'
import { encodePicture, shrink } from '../image/compose.ts'
import type { ReportedEvaluation, ReportPicture } from '../report/page/data.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import type { Scoring } from '../tasks/scoring/scoring.ts'
import { annotate, besideEachOther } from './annotate.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import { choosePictures, type EvaluationPart, partText } from './evaluation-part.ts'
import type { EvaluationResult } from './evaluate.ts'
import { inferPicture } from './infer.ts'
import { buildFolderOf, loadPart, renderReport, savePart } from './report-page.ts'

export interface Evaluated {
  model: string
  result: EvaluationResult
}

export interface AddEvaluationOptions {
  card: Card
  /** Folder of the data set. */
  data: string
  /** Which pictures were scored. */
  part: EvaluationPart | undefined
  /** One model, or the float model first. */
  evaluated: readonly Evaluated[]
}

/** Pictures shown: the greatest losses, and the first ones of the data set as they are. */
const MOST_LOST = 3
const FIRST = 1
/** Boxes below are for the metric, not for people. */
const MIN_SCORE = 0.3
/** Width of a pair of pictures. */
const PAIR_WIDTH = 960

export interface AddedEvaluation {
  /** The page of the build. */
  page: string
  /** In words, where it is less than the data set. */
  part: string | undefined
  /** Pictures of a fuller evaluation of the same model that stays on the page in place of this one. */
  kept: number | undefined
}

/**
 * Add an evaluation to the report of the build that made the last model; a part of the data set is marked as that, and never replaces
 * more pictures of the same data set. Undefined where there is no build.
 */
export async function addEvaluation(options: AddEvaluationOptions): Promise<AddedEvaluation | undefined> {
  const { evaluated } = options
  const last = evaluated[evaluated.length - 1]
  const folder = buildFolderOf(last.model)
  if (folder === undefined || !last.model.endsWith('_quantized_model.onnx')) return undefined
  const [first] = evaluated
  const { card, data, part: chosen } = options
  const part =
    chosen && partText(chosen, first.result.pictures.length, openDataset(card.dataset, data, card.reader).count)
  const before = loadPart(folder, 'evaluation')
  const cardDigest = await hashOfFile(card.path, 'sha256')
  const names = evaluated.map(({ model }) => basename(model))
  const isSame =
    before?.dataset === first.result.dataset &&
    before.card === cardDigest &&
    names.every((name) => before.models.some((known) => known.name === name))
  const kept = part !== undefined && isSame ? before.models[0].n : 0
  if (kept > first.result.n) return { page: renderReport(folder), part, kept }
  const isCompared = evaluated.length > 1
  const scoring: Scoring = SCORINGS[first.result.dataset as DatasetName]
  const compared = isCompared ? compareEvaluations(first.result, last.result) : undefined
  const reported: ReportedEvaluation = {
    dataset: first.result.dataset,
    card: cardDigest,
    part,
    metrics: scoring.metrics.map(({ key, title }) => ({ key, title })),
    models: evaluated.map(({ model, result: { n, metrics, milliseconds } }) => ({
      name: basename(model),
      n,
      metrics,
      inference: milliseconds.inference,
    })),
    difference: compared?.interval,
    changed: compared?.changed,
    pictures: isCompared ? await pictures(options, first, last, scoring) : [],
  }
  savePart(folder, 'evaluation', reported)
  return { page: renderReport(folder), part, kept: undefined }
}

async function pictures(
  { card, data, part }: AddEvaluationOptions,
  float: Evaluated,
  quantized: Evaluated,
  scoring: Scoring,
): Promise<ReportPicture[]> {
  const losses = float.result.pictures.flatMap((picture, index) => {
    const other = quantized.result.pictures[index]
    if (!('outcome' in picture && 'outcome' in other)) return []
    const [before, after] = [picture, other].map(({ outcome }) => scoring.headline([outcome]) ?? 0)
    return [{ index, loss: before - after, before, after }]
  })
  const lost = losses.filter(({ loss }) => loss > 0).sort((a, b) => b.loss - a.loss)
  const title = scoring.metrics[0].title
  const chosen = lost.slice(0, MOST_LOST).map(({ index, before, after }) => ({
    index,
    why: `among the greatest losses: ${title} of this picture ${before.toFixed(2)} in float, ${after.toFixed(2)} in INT8`,
  }))
  for (const { index } of losses.slice(0, FIRST + MOST_LOST)) {
    if (chosen.length >= FIRST + MOST_LOST || chosen.some((other) => other.index === index)) continue
    chosen.push({ index, why: 'one of the first of the data set' })
  }
  const samples = choosePictures(openDataset(card.dataset, data, card.reader), data, part)
  const shown: ReportPicture[] = []
  for (const { index, why } of chosen) {
    const sides = []
    let id = ''
    for (const [name, { model }] of [
      ['float', float],
      ['INT8', quantized],
    ] as const) {
      const result = await inferPicture({ card, model, picture: { sample: samples[index], data } })
      id = result.picture
      const picture = await annotate(result, { reader: card.reader, language: 'en', minScore: MIN_SCORE })
      sides.push({ title: name, picture: await shrink(picture, PAIR_WIDTH / 2) })
    }
    const bytes = await encodePicture(await besideEachOther(sides), 'pair.webp')
    shown.push({ id, why, image: `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}` })
  }
  return shown
}
