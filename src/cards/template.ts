/** The text of a model card with comments, for `openmapper init`. */
import type { MarkedGuess } from '../config/template.ts'
import type { InputGuess } from '../prepare/guess-inputs.ts'
import type { ValueInfo } from '../ir/graph.ts'
import { guessDataset } from './guess-dataset.ts'
import { guessPreprocessing, type PictureForm } from './guess-preprocess.ts'
import { guessTask, type TaskGuess } from './guess-task.ts'

export interface CardFileFacts {
  /** Relative to the card, or absolute. */
  file: string
  md5: string
}

export interface CardTemplateValues {
  name: string
  model: CardFileFacts
  /** By role: the prototxt of a Caffe model. */
  extraFiles: Readonly<Record<string, CardFileFacts>>
  /** The build YAML, relative to the card. */
  config: string
  input: InputGuess
  /** With their shapes, where these are known. */
  outputs: readonly ValueInfo[]
}

interface Line {
  key: string
  /** Indented where it is a group. */
  value: string
  why?: string | undefined
  /** Said where nothing is guessed. */
  note?: string
  /** The value in one line, where it is a group. */
  short?: string
}

/** The card, and what the user should look at; undefined where the input is no picture. */
export function cardTemplate(values: CardTemplateValues): { text: string; guesses: MarkedGuess[] } | undefined {
  const form = pictureForm(values.input)
  if (form === undefined) return undefined
  const task = guessTask(values.outputs, form, values.input.shape.value[0])
  const { dataset, why, classOffset = 0, columns } = guessDataset(task, form)
  const { reader, steps, why: whySteps } = guessPreprocessing(form, task)
  const lines: Line[] = [
    { key: 'name', value: quoted(values.name) },
    { key: 'title', value: quoted(values.name) },
    { key: 'task', value: task.task, why: task.why },
    ...(task.decoder === undefined ? [] : [{ key: 'decoder', value: task.decoder }]),
    ...(task.task === 'detection' ? [{ key: 'detection', value: detectionText(task, columns) }] : []),
    { key: 'dataset', value: dataset, why },
    ...(classOffset > 0 ? [{ key: 'class_offset', value: String(classOffset), note: 'Outputs before class 0.' }] : []),
    { key: 'model', value: modelText(values) },
    { key: 'config', value: quoted(values.config), note: 'The build YAML.' },
    { key: 'input', value: quoted(values.input.name) },
    { key: 'outputs', value: `[${values.outputs.map(({ name }) => quoted(name)).join(', ')}]` },
    { key: 'reader', value: reader, note: 'opencv gives bgr pixels, pil rgb.' },
    {
      key: 'preprocess',
      value: ['  calibration:', ...steps.map((step) => `    - ${step}`)].join('\n'),
      short: steps.join(', '),
      why: `${whySteps}; it must give ${form.type} pixels, as input_type_train says, without mean and scale`,
    },
  ]
  const head = [
    `# Model card of ${values.name}, written by \`openmapper init\`: what preprocess, infer and evaluate need beside the YAML.`,
    '# What the model file could not tell is marked "guess": check those lines. Examples are the cards below zoo/ of openmapper.',
  ]
  const guesses = lines.flatMap(({ key, value, short = value, why: reason }) => {
    return reason === undefined ? [] : [{ key, value: short, why: reason }]
  })
  return { text: `${[...head, ...lines.flatMap(lineText)].join('\n')}\n`, guesses }
}

/** Undefined where the input is no picture. */
function pictureForm({ shape, layout, typeTrain }: InputGuess): PictureForm | undefined {
  if (shape.value.length !== 4 || typeTrain.value === 'featuremap') return undefined
  const [, a, b, c] = shape.value
  const [channels, height, width] = layout.value === 'NCHW' ? [a, b, c] : [c, a, b]
  return { height, width, channels, layout: layout.value, type: typeTrain.value }
}

function lineText({ key, value, why, note }: Line): string[] {
  const comment = why === undefined ? note : `guess: ${why}`
  const isGroup = value.startsWith(' ')
  return [...(comment === undefined ? [] : ['', `# ${comment}`]), isGroup ? `${key}:\n${value}` : `${key}: ${value}`]
}

function modelText({ model, extraFiles }: CardTemplateValues): string {
  const extra = Object.entries(extraFiles).map(
    ([role, { file, md5 }]) => `${role}: { file: ${quoted(file)}, md5: ${quoted(md5)} }`,
  )
  return [
    `  file: ${quoted(model.file)}`,
    '  # After training again correct this line, or remove it: the file is then not checked.',
    `  md5: ${quoted(model.md5)}`,
    '  licence: not stated',
    '  source: the file that was given to openmapper init',
    ...(extra.length > 0 ? [`  extra_files: { ${extra.join(', ')} }`] : []),
  ].join('\n')
}

function detectionText({ decoder }: TaskGuess, columns: string | undefined): string {
  return [
    '  score_threshold: 0.001',
    decoder === 'centernet' ? '  nms: none' : '  nms: { per_class: { iou_threshold: 0.65 } }',
    ...(columns === undefined ? [] : [`  columns: ${columns}`]),
  ].join('\n')
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
