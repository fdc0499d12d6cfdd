/** Where `init` puts a model's card and what its YAML calls the folders of the build. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { CARD } from '../cards/places.ts'

export interface InitPlaces {
  card: string
  /** Relative to the YAML. */
  workingDir: string
  /** Relative to the YAML. */
  calibrationData: string
}

/** The plain names; names of its own where the folder serves another model already, so that both stand side by side. */
export function initPlaces(yaml: string): InitPlaces {
  const card = join(dirname(yaml), CARD)
  if (belongsTo(card, yaml) || !othersBeside(yaml)) {
    return { card, workingDir: 'model_output', calibrationData: './calibration_data' }
  }
  const name = basename(yaml, extname(yaml)).replace(/_config$/, '')
  return {
    card: join(dirname(yaml), `${name}_${CARD}`),
    workingDir: `${name}_output`,
    calibrationData: `./${name}_calibration_data`,
  }
}

/** The card names this YAML as its own. */
function belongsTo(card: string, yaml: string): boolean {
  if (!existsSync(card)) return false
  const config: unknown = parseDocument(readFileSync(card, 'utf8')).get('config')
  return typeof config === 'string' && resolve(dirname(card), config) === resolve(yaml)
}

/** The YAML of another build lies in the folder. */
function othersBeside(yaml: string): boolean {
  const folder = dirname(resolve(yaml))
  if (!existsSync(folder)) return false
  return readdirSync(folder).some(
    (name) =>
      /\.ya?ml$/i.test(name) &&
      statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true &&
      name !== basename(yaml) &&
      /^model_parameters\s*:/m.test(readFileSync(join(folder, name), 'utf8')),
  )
}
