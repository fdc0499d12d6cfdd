/** The text of a YAML with comments, for `openmapper init`; the notes come from the tables of keys. */
import type { Guess, InputGuess } from '../prepare/guess-inputs.ts'
import type { KeyTable } from './key-spec.ts'
import { CALIBRATION_KEYS } from './keys/calibration.ts'
import { INPUT_KEYS } from './keys/input.ts'
import { MODEL_KEYS } from './keys/model.ts'
import type { March } from './types.ts'

export interface TemplateValues {
  /** Keys and paths of the model's files as they shall stand in the file. */
  model: Readonly<Record<string, string>>
  prefix: string
  workingDir: string
  calibrationData: string
  march: March
  inputs: readonly InputGuess[]
}

/** A key the user should look at. */
export interface MarkedGuess {
  key: string
  value: string
  why: string
}

interface Line extends Omit<MarkedGuess, 'why'> {
  why?: string | undefined
}

/** The text, and the guesses marked in it. */
export function configTemplate(values: TemplateValues): { text: string; guesses: MarkedGuess[] } {
  const inputs = inputLines(values.inputs)
  const calibration: Line[] = [
    {
      key: 'cal_data_dir',
      value: values.inputs
        .map(({ name }, i) => dataFolder(values.calibrationData, name, i, values.inputs.length))
        .join(';'),
    },
    {
      key: 'cal_data_type',
      value: join(values.inputs, ({ typeTrain }) => (typeTrain.value === 'featuremap' ? 'float32' : 'uint8')),
    },
    { key: 'preprocess_on', value: 'False' },
    { key: 'calibration_type', value: 'default' },
  ]
  const groups = [
    group('model_parameters', MODEL_KEYS, [
      ...Object.entries(values.model).map(([key, value]) => ({ key, value })),
      { key: 'march', value: values.march },
      { key: 'working_dir', value: values.workingDir },
      { key: 'output_model_file_prefix', value: values.prefix },
    ]),
    group('input_parameters', INPUT_KEYS, inputs),
    group('calibration_parameters', CALIBRATION_KEYS, calibration),
  ]
  const arePictures = values.inputs.some(({ typeTrain }) => typeTrain.value !== 'featuremap')
  const head = [
    `# Build configuration of ${values.prefix}, written by \`openmapper init\`.`,
    '# What the model file could not tell is marked "guess": check those lines. All keys: docs/yaml.md of openmapper.',
    ...(arePictures
      ? [
          '# Colour order, mean and scale are wrong where the float model (`openmapper infer`) errs on pictures that you know.',
        ]
      : []),
  ]
  const guesses = inputs.flatMap(({ key, value, why }) => (why === undefined ? [] : [{ key, value, why }]))
  return { text: `${[...head, ...groups].join('\n')}\n`, guesses }
}

function inputLines(inputs: readonly InputGuess[]): Line[] {
  const line = <T>(key: string, pick: (input: InputGuess) => Guess<T>, text: (value: T) => string = String): Line => ({
    key,
    value: join(inputs, (input) => text(pick(input).value)),
    why: [...new Set(inputs.flatMap((input) => pick(input).why ?? []))].join('; ') || undefined,
  })
  const lines: Line[] = [
    { key: 'input_name', value: join(inputs, ({ name }) => name) },
    line(
      'input_shape',
      ({ shape }) => shape,
      (shape) => shape.join('x'),
    ),
    line('input_type_train', ({ typeTrain }) => typeTrain),
    line('input_layout_train', ({ layout }) => layout),
    line('input_type_rt', ({ typeRt }) => typeRt),
    line(
      'norm_type',
      ({ norm }) => norm,
      ({ type }) => type,
    ),
  ]
  for (const [key, part] of [
    ['mean_value', 'mean'],
    ['scale_value', 'scale'],
  ] as const) {
    if (inputs.every(({ norm }) => norm.value[part] === undefined)) continue
    lines.push({ key, value: join(inputs, ({ norm }) => norm.value[part] ?? 'None') })
  }
  return lines
}

function join(inputs: readonly InputGuess[], text: (input: InputGuess) => string): string {
  return inputs.map(text).join(';')
}

function dataFolder(folder: string, name: string, index: number, count: number): string {
  const part = name.replace(/[^\w.-]+/g, '_') || `input${index}`
  return count === 1 ? folder : `${folder}/${part}`
}

function group(name: string, keys: KeyTable, lines: readonly Line[]): string {
  const text = lines.flatMap(({ key, value, why }) => [
    `  # ${keys[key].note}`,
    ...(why === undefined ? [] : [`  # guess: ${why}`]),
    `  ${key}: '${value.replaceAll("'", "''")}'`,
  ])
  return ['', `${name}:`, ...text].join('\n')
}
