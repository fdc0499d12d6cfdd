/** What of a card is on this machine. */
import { existsSync } from 'node:fs'
import { findCalibrationPictures, findDataset } from '../datasets/locate.ts'
import { type Card, type CardFile, filesOf } from './card.ts'
import { filePlaces } from './resolve-model.ts'

export interface Readiness {
  /** The model and its extra files, with their path where they are here. */
  files: { file: CardFile; path: string | undefined }[]
  /** Folder of the labelled pictures. */
  data: string | undefined
  /** Folder of the calibration pictures. */
  calibration: string | undefined
}

/** Looks for files and folders; reads none. */
export function readiness(card: Card): Readiness {
  const files = filesOf(card).map((file) => ({
    file,
    path: filePlaces(card, file).find((place) => existsSync(place)),
  }))
  return { files, data: findDataset(card), calibration: findCalibrationPictures(card) }
}
