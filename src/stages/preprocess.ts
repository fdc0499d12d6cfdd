/** Calibration data as the build reads it: one raw C-order file of pixels per picture. */
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Card } from '../cards/card.ts'
import type { TrainType } from '../config/types.ts'
import { openCalibrationPictures } from '../datasets/calibration-pictures.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import { elementCount } from '../ir/tensor.ts'
import type { Reporter } from '../reporter.ts'
import { fewSamples } from '../samples/few-samples.ts'
import { buildChain } from '../transforms/chain.ts'
import { toTensor } from '../transforms/to-tensor.ts'

export interface PreprocessOptions {
  card: Card
  /** Folder of the CIFAR-10 batches or of pictures. */
  source: string
  /** Folder to write; `_f32` is appended where the card's chain gives float32. */
  target: string
  /** Colour type of the pixels, from the build YAML: it names the files. */
  typeTrain: TrainType
  /** Shape of the model's input, where the build YAML says it: files of another size are warned of. */
  inputShape?: readonly number[] | undefined
  /** Write the first pictures only. */
  limit: number
  /** Say `write:<path>` of each file, as the manual's script does. */
  tellFiles?: boolean
  reporter: Reporter
  /** Stops between two pictures. */
  signal?: AbortSignal
}

const EXTENSION: Record<TrainType, string> = {
  rgb: '.rgb',
  bgr: '.bgr',
  yuv444: '.yuv',
  gray: '.gray',
  featuremap: '.feature',
}

/** Run the card's calibration chain over the pictures and return the folder written. Files appear whole or not at all. */
export async function preprocessImages(options: PreprocessOptions): Promise<{ folder: string; count: number }> {
  const { card, reporter } = options
  const chain = buildChain(card.preprocess.calibration)
  const pictures = openCalibrationPictures(card.dataset, options.source, card.reader)
  const count = Math.min(pictures.count, options.limit)
  const written = new Set<string>()
  let folder = options.target
  let form = ''
  reporter.info('regular preprocess')
  for (let index = 0; index < count; index++) {
    options.signal?.throwIfAborted()
    const { id, image } = pictures.sample(index)
    const decoded = await image()
    if (decoded.damage !== undefined) reporter.warn(`${id} has a damaged file: ${decoded.damage}`)
    const pixels = toTensor(chain(decoded))
    if (pixels.dtype === 'float32') folder = withFloatSuffix(options.target)
    const short = id.slice(0, id.length - extname(id).length) + EXTENSION[options.typeTrain]
    // a.jpg and a.png: the second keeps its whole name.
    const name = written.has(short) ? id + EXTENSION[options.typeTrain] : short
    const path = join(folder, name)
    written.add(name)
    saveFileAtomic(path, pixels.bytes)
    if (options.tellFiles) reporter.info(`write:${path}`)
    if (index === 0) warnOfShape(pixels.shape, options)
    form = `${pixels.dtype} ${pixels.shape.join('x')}`
    reporter.progress('preprocess', index + 1, count)
  }
  reporter.info(`${count} files of ${form} (${options.typeTrain}) in ${folder}`)
  const few = fewSamples(count)
  if (few !== undefined) reporter.warn(few)
  warnOfOthers(folder, written, reporter)
  return { folder, count }
}

/** The build refuses files that do not fill the input. */
function warnOfShape(written: readonly number[], { inputShape: wanted, reporter }: PreprocessOptions): void {
  if (wanted === undefined || elementCount(written) === elementCount(wanted)) return
  const [batch] = wanted
  const isBatch = elementCount(written) * batch === elementCount(wanted)
  const why = isBatch
    ? `the input takes ${batch} pictures at once, each file holds one: export the model with batch 1`
    : `the input is ${wanted.join('x')}, the pictures become ${written.join('x')}: correct the transformers of the card, or input_shape`
  reporter.warn(`the build will refuse these files: ${why}`)
}

/** The build reads every file of the folder, also those of an earlier run. */
function warnOfOthers(folder: string, written: ReadonlySet<string>, reporter: Reporter): void {
  const others = readdirSync(folder).filter((name) => !written.has(name) && !name.startsWith('.'))
  if (others.length === 0) return
  const shown = others.slice(0, 3).join(', ') + (others.length > 3 ? ', ...' : '')
  reporter.warn(`${folder} holds ${others.length} other files, which the build reads too: ${shown}`)
}

function withFloatSuffix(folder: string): string {
  return folder.endsWith('_f32') ? folder : `${folder}_f32`
}
