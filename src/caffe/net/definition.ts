/** Tree of a prototxt -> the layers of a net, old spellings brought to today's. */
import { nearestName } from '../../text/nearest-name.ts'
import {
  ints,
  message,
  messages,
  readFields,
  SHAPE_FIELDS,
  text,
  texts,
  type Values,
  type Warn,
} from '../prototxt/fields.ts'
import { type TextField, TextMessage } from '../prototxt/message.ts'
import type { TextSource } from '../prototxt/source.ts'
import { upgradeLayer } from './legacy.ts'
import { RULE_FIELDS, STATE_FIELDS } from './phase.ts'

/** One `layer { }`. */
export interface LayerDefinition {
  name: string
  type: string
  bottoms: readonly string[]
  tops: readonly string[]
  phase: Values<typeof COMMON_FIELDS>['phase']
  include: Values<typeof COMMON_FIELDS>['include']
  exclude: Values<typeof COMMON_FIELDS>['exclude']
  message: TextMessage
  /** Offset of the layer in the prototxt. */
  at: number
}

/** An input declared at the head of the net. */
export interface InputDefinition {
  name: string
  shape: readonly number[] | undefined
  at: number
}

export interface NetDefinition {
  name: string
  inputs: readonly InputDefinition[]
  layers: readonly LayerDefinition[]
  state: Values<typeof NET_FIELDS>['state']
}

const NET_FIELDS = {
  name: text(''),
  input: texts(),
  input_dim: ints(),
  input_shape: messages(SHAPE_FIELDS),
  state: message(STATE_FIELDS),
}

/** Fields of every layer that mean something in a trained net. */
const COMMON_FIELDS = {
  name: text(''),
  type: text(),
  bottom: texts(),
  top: texts(),
  ...RULE_FIELDS,
}

/** Further fields of every layer, which only training reads. */
const TRAINING_FIELDS = [
  'loss_weight',
  'param',
  'blobs',
  'propagate_down',
  'blobs_lr',
  'weight_decay',
  'blob_share_mode',
]

/** Read the net. Throws ReadError for what is no net, and for wrong types. */
export function netDefinition(root: TextMessage, source: TextSource, warn: Warn): NetDefinition {
  const layers = root.fields.filter(({ name }) => name === 'layer' || name === 'layers')
  if (layers.length === 0) refuseNoLayers(root, source)
  const values = readFields(only(root, Object.keys(NET_FIELDS)), NET_FIELDS, source, warn)
  return {
    name: values.name,
    inputs: declaredInputs(root, values, source),
    layers: layers.map((field) => layerDefinition(field, source, warn)),
    state: values.state,
  }
}

/** The message with these fields alone. */
function only(root: TextMessage, names: readonly string[]): TextMessage {
  return new TextMessage(
    root.fields.filter(({ name }) => names.includes(name)),
    root.at,
  )
}

function refuseNoLayers(root: TextMessage, source: TextSource): never {
  const at = root.fields[0]?.at ?? 0
  const net = root.all('net').concat(root.all('train_net'))[0]?.value
  if (net?.kind === 'string' || root.has('base_lr')) {
    throw source.error('READ_PROTOTXT', 'this is the prototxt of a solver, which says how to train, not of a net', at, {
      fix: net?.kind === 'string' ? `give the net it names: ${net.text}` : 'give the prototxt of the net',
    })
  }
  throw source.error('READ_PROTOTXT', 'the file holds no layers, so it describes no net', at, {
    fix: 'give the deploy.prototxt (or train_test.prototxt) of the model: text with layer { ... }',
  })
}

function declaredInputs(
  root: TextMessage,
  { input, input_dim: dims, input_shape: shapes }: Values<typeof NET_FIELDS>,
  source: TextSource,
): InputDefinition[] {
  const places = root.all('input')
  if (shapes.length > 0 && shapes.length !== input.length) {
    throw source.error(
      'READ_PROTOTXT',
      `the net has ${input.length} input(s), but ${shapes.length} input_shape`,
      root.all('input_shape')[0].at,
      { fix: 'give one input_shape per input' },
    )
  }
  if (shapes.length === 0 && dims.length > 0 && dims.length !== 4 * input.length) {
    throw source.error(
      'READ_PROTOTXT',
      `the net has ${input.length} input(s), but ${dims.length} input_dim`,
      root.all('input_dim')[0].at,
      { fix: 'give four input_dim per input: batch, channels, height, width' },
    )
  }
  return input.map((name, i) => ({
    name,
    shape: shapes[i]?.dim ?? (dims.length > 0 ? dims.slice(4 * i, 4 * i + 4) : undefined),
    at: places[i].at,
  }))
}

function layerDefinition(field: TextField, source: TextSource, warn: Warn): LayerDefinition {
  if (field.value.kind !== 'message') {
    throw source.error('READ_PROTOTXT_VALUE', `'${field.name}' must be a message`, field.at, {
      fix: 'write layer { ... }',
    })
  }
  const layer = upgradeLayer(field.value, source)
  const values = readFields(only(layer, Object.keys(COMMON_FIELDS)), COMMON_FIELDS, source, warn)
  if (values.type === undefined || values.type === '') {
    throw source.error('READ_PROTOTXT', `layer '${values.name}' has no type`, field.at, {
      fix: 'add type: "Convolution" or what it is',
    })
  }
  warnMisspelt(layer, source, warn)
  const unnamed = layer.fields.find(
    ({ name, value }) => (name === 'bottom' || name === 'top') && value.kind === 'string' && value.text === '',
  )
  if (unnamed) {
    throw source.error('READ_PROTOTXT', `layer '${values.name}' has a ${unnamed.name} without a name`, unnamed.at, {
      fix: 'put the name of the blob between the quotes, or remove the line',
    })
  }
  return {
    // Caffe runs layers without a name; their nodes need one
    name: values.name === '' ? values.type : values.name,
    type: values.type,
    bottoms: values.bottom,
    tops: values.top,
    phase: values.phase,
    include: values.include,
    exclude: values.exclude,
    message: layer,
    at: field.at,
  }
}

/** `botom: "data"` would silently lose an input. Parameter messages of forks have any name. */
function warnMisspelt(layer: TextMessage, source: TextSource, warn: Warn): void {
  const known = [...Object.keys(COMMON_FIELDS), ...TRAINING_FIELDS]
  for (const { name, at } of layer.fields) {
    if (known.includes(name) || name.endsWith('_param')) continue
    const near = nearestName(name, known)
    const meant = near === undefined ? '' : ` (did you mean '${near}'?)`
    warn(`${source.where(at)} layers have no field '${name}'${meant}; it is ignored`)
  }
}
