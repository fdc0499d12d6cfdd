/** Reading a model card. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { GROUPS } from '../config/keys/index.ts'
import { ConfigError } from '../errors.ts'
import { parseYaml } from '../text/parse-yaml.ts'
import type { Card } from './card.ts'
import { CARD } from './places.ts'
import { cardSchema } from './schema.ts'

/** A hash may consist of digits, or look like 12e34. */
const HASH_KEYS = ['md5', 'sha256']

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
  const text = readFileSync(file, 'utf8')
  const group = Object.keys(GROUPS).find((name) => new RegExp(`^${name}\\s*:`, 'm').test(text))
  if (group !== undefined) throw buildYamlAsCard(path, group)
  const card = parseYaml(path, text, cardSchema, HASH_KEYS)
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

/** The build YAML lies beside the card, or in `mapper/` below it. */
function buildYamlAsCard(path: string, group: string): ConfigError {
  const folder = dirname(resolve(path))
  const card = [join(folder, CARD), join(folder, '..', CARD)].find((place) => existsSync(place))
  return new ConfigError('CONFIG_NOT_A_CARD', `${path} is the YAML of a build (it has ${group}), not a model card`, {
    where: path,
    fix:
      card === undefined
        ? `give a ${CARD}; \`openmapper init MODEL\` writes one beside the YAML`
        : `give ${relative('', card)}, the card of this model`,
  })
}
