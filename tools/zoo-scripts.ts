/** The numbered scripts of every sample: small files that source one shared set, made from the card and its build YAML. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { parse } from 'yaml'
import type { Card } from '../src/cards/card.ts'
import { loadCard } from '../src/cards/load.ts'
import { cardPaths, ZOO } from '../src/cards/zoo.ts'

/** What each script does, as its first line says. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  '00_init.sh': 'Fetch the model and say where the pictures belong.',
  '01_check.sh': 'Is every operator of the float model supported by the chip? Nothing is written but the log.',
  '02_preprocess.sh': 'Write the calibration data: up to 100 pictures as raw pixels.',
  '03_build.sh': 'Calibrate and quantize; the models land in model_output/.',
  '04_inference.sh': 'Run one picture. Usage: 04_inference.sh [origin] [--image FILE]   (origin: the float model)',
  '05_evaluate.sh':
    'Accuracy over the data set. Usage: 05_evaluate.sh [origin] [test] [-p N]   (origin: the float model; test: the short list)',
}

/** Content by path below the project. */
export function zooScripts(): Map<string, string> {
  return new Map(
    cardPaths().flatMap((path) => {
      const card = loadCard(path)
      const folder = join('zoo', relative(ZOO, dirname(card.config)))
      const scripts = Object.entries(SCRIPTS).map(([name, purpose]): [string, string] => [
        join(folder, name),
        `#!/bin/sh\n# ${purpose}\n. "$(dirname "$0")/../../../01_common/scripts/${name}"\n`,
      ])
      return [...scripts, [join(folder, 'sample.sh'), facts(card)] satisfies [string, string]]
    }),
  )
}

type Group = Readonly<Record<string, string | undefined>>

/** What the shared scripts need to know. Paths stay as the YAML has them: seen from its folder. */
function facts(card: Card): string {
  const yaml = parse(readFileSync(card.config, 'utf8')) as Record<'model_parameters' | 'calibration_parameters', Group>
  const model = yaml.model_parameters
  const isCaffe = model['caffe_model'] !== undefined
  const variables: Record<string, string | undefined> = {
    config: basename(card.config),
    model_type: isCaffe ? 'caffe' : 'onnx',
    ...(isCaffe && { proto: model['prototxt'] }),
    model: isCaffe ? model['caffe_model'] : model['onnx_model'],
    march: model['march'],
    built: `${model['working_dir'] ?? 'model_output'}/${model['output_model_file_prefix'] ?? 'model'}`,
    calibration_data: yaml.calibration_parameters['cal_data_dir'],
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value ?? ''}'`)
  return [
    '# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.',
    ...lines,
    '',
  ].join('\n')
}
