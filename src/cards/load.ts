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
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new ConfigError('CONFIG_NO_CARD', `there is no model card ${path}`, {
      where: path,
      fix: 'name the model.yaml of a folder below zoo/',
    })
  }
  const card = parseYaml(path, readFileSync(file, 'utf8'), cardSchema)
  const { calibration, inference = calibration } = card.preprocess
  return {
    path: file,
    name: card.name,
    title: card.title,
    task: card.task,
    dataset: card.dataset,
    model: card.model,
    config: resolve(dirname(file), card.config),
    inputName: card.input,
    outputName: card.output,
    reader: card.reader,
    preprocess: { calibration, inference },
    classOffset: card.class_offset,
    accuracy: card.accuracy,
  }
}
