/** Names of files with one picture as a board reads it: `<picture>_<height>_<width>_<input height>_<input width>.bin`. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { datasetError } from '../datasets/dataset-error.ts'
import type { Size } from '../image/resize-cv-taps.ts'

/** `picture` is a file name; its extension is left out. `original` and `input` are sizes before and after the chain. */
export function runtimeFileName(picture: string, original: Size, input: Size): string {
  const stem = basename(picture, extname(picture))
  return `${[stem, original.height, original.width, input.height, input.width].join('_')}.bin`
}

export interface RuntimeFile {
  path: string
  /** Of the picture, before the chain. */
  original: Size
}

/** The files of a folder by the picture's name without extension; names of another form are left out. */
export function listRuntimeFiles(folder: string): Map<string, RuntimeFile> {
  const files = new Map<string, RuntimeFile>()
  for (const name of readdirSync(folder)) {
    const match = /^(.+)_(\d+)_(\d+)_\d+_\d+\.bin$/.exec(name)
    if (!match) continue
    files.set(match[1], { path: join(folder, name), original: { height: Number(match[2]), width: Number(match[3]) } })
  }
  return files
}

/** Bytes of the file that stands for a picture. Throws DataError, which costs the picture, where there is none. */
export function readRuntimeFile(
  files: ReadonlyMap<string, RuntimeFile>,
  picture: string,
  folder: string,
): { bytes: Uint8Array; original: Size } {
  const stem = basename(picture, extname(picture))
  const file = files.get(stem)
  if (file) return { bytes: readFileSync(file.path), original: file.original }
  throw datasetError('DATA_NO_RUNTIME_FILE', `there is no file for ${picture}`, {
    where: join(folder, `${stem}_*.bin`),
    fix: 'write it with hb_eval_preprocess',
  })
}
