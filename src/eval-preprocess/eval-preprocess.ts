/** Evaluation pictures as files that a board (or `openmapper evaluate --preprocessed`) reads. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { DataError } from '../errors.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import { decodeImage } from '../image/decode.ts'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import type { Reader } from '../image/reader.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import type { Reporter } from '../reporter.ts'
import { runtimeFileName } from './runtime-files.ts'

/** Reads a picture and makes the bytes of the model's runtime input. */
export interface RuntimePreprocessor {
  reader: Reader
  apply(image: ImageTensor): { bytes: Uint8Array; size: Size }
}

export interface EvalPreprocessOptions {
  preprocessor: RuntimePreprocessor
  /** A folder of pictures, or one picture. */
  images: string
  /** List of picture names without extension: these alone, in its order. */
  list: string | undefined
  output: string
  reporter: Reporter
  signal?: AbortSignal
}

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png'])

/**
 * Write one file per picture and return their paths. A picture that cannot be read is left out with a warning, files of other
 * kinds too. Throws DataError where no picture is found or none could be read.
 */
export async function evalPreprocess(options: EvalPreprocessOptions): Promise<string[]> {
  const { preprocessor, output, reporter, signal } = options
  const pictures = picturesOf(options)
  const written: string[] = []
  for (const [index, picture] of pictures.entries()) {
    signal?.throwIfAborted()
    const image = await decodeImage(picture, preprocessor.reader).catch((error: unknown) => {
      if (!(error instanceof DataError)) throw error
      reporter.warn(`${picture} is skipped: ${error.message}`)
    })
    if (image) {
      const { bytes, size } = preprocessor.apply(image)
      const path = join(output, runtimeFileName(picture, imageSize(image), size))
      saveFileAtomic(path, bytes)
      written.push(path)
      reporter.debug(`write:${path}`)
    }
    reporter.progress('preprocess', index + 1, pictures.length)
  }
  if (written.length > 0) return written
  throw noPictures(options.images, 'none of its pictures could be read')
}

function picturesOf({ images, list, reporter }: EvalPreprocessOptions): string[] {
  const found = statSync(images, { throwIfNoEntry: false })
  if (!found) throw noPictures(images, 'it does not exist')
  if (found.isFile()) return [images]
  const names = readdirSync(images).sort()
  const pictures = names.filter((name) => EXTENSIONS.has(extname(name).toLowerCase()))
  const others = names.filter((name) => !pictures.includes(name))
  if (others.length > 0) {
    const shown = others.slice(0, 3).join(', ')
    reporter.warn(
      `${others.length} files are skipped, they are no jpg, jpeg or png: ${shown}${others.length > 3 ? ', ...' : ''}`,
    )
  }
  const chosen = list === undefined ? pictures : listed(list, pictures)
  if (chosen.length === 0) throw noPictures(images, 'it holds no jpg, jpeg or png')
  return chosen.map((name) => join(images, name))
}

/** The pictures of a list, in its order: base names, extension and label may follow. */
function listed(list: string, pictures: readonly string[]): string[] {
  const byStem = new Map(pictures.map((name) => [basename(name, extname(name)), name]))
  const lines = readFileSync(list, 'utf8').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const [name] = line.trim().split(/\s+/)
    if (name === '') return []
    const picture = byStem.get(name) ?? byStem.get(basename(name, extname(name)))
    if (picture !== undefined) return [picture]
    throw new DataError('DATA_BAD_LABEL_LINE', `there is no picture '${name}'`, {
      stage: 'preprocess',
      where: `${list}:${index + 1}`,
      fix: 'name pictures of the folder, one a line, without extension',
    })
  })
}

function noPictures(where: string, problem: string): DataError {
  return new DataError('DATA_NO_PICTURES', `no pictures from ${where}: ${problem}`, {
    stage: 'preprocess',
    where: '--image_dir',
    fix: 'name a folder of jpg, jpeg or png files, or one such file',
  })
}
