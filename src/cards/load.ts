/** Reading a model card. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../errors.ts'
import { parseYaml } from '../text/parse-yaml.ts'
import type { Card } from './card.ts'
import { cardSchema } from './schema.ts'

/** Read and check `model.yaml`. Throws ConfigError with file:line:column. */
export function loadCard(path: string): Card {
  const file = resolve(path)
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) {
    const message = found ? `${path} is a folder, not a model card` : `there is no model card ${path}`
    throw new ConfigError('CONFIG_NO_CARD', message, {
      where: path,
      fix: 'name the model.yaml of a folder below zoo/',
    })
  }
  const card = parseYaml(path, readFileSync(file, 'utf8'), cardSchema)
  const { calibration, inference = calibration } = card.preprocess
  const { extra_files: extraFiles, ...model } = card.model
  return {
    path: file,
    name: card.name,
    title: card.title,
    task: card.task,
    dataset: card.dataset,
    model: { ...model, extraFiles },
    config: resolve(dirname(file), card.config),
    inputName: card.input,
    outputs: card.outputs ?? (card.output === undefined ? [] : [card.output]),
    reader: card.reader,
    preprocess: { calibration, inference },
    classOffset: card.class_offset,
    decoder: card.decoder,
    detection: card.detection,
    published: card.published,
    accuracy: card.accuracy,
  }
}
