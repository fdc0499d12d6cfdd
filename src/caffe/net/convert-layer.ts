/** One layer of the prototxt -> nodes, by the file of its type. */
import { LayerContext, type NetContext, type Value } from '../layers/context.ts'
import { layerOf, layerTypes } from '../layers/index.ts'
import type { CaffeLayer, Count } from '../layers/layer.ts'
import { readFields } from '../prototxt/fields.ts'
import { TextMessage } from '../prototxt/message.ts'
import { nearestName, suggestion } from '../../text/nearest-name.ts'
import type { LayerDefinition } from './definition.ts'
import { refusedLayers } from './refused.ts'

/** Values of the layer's tops, in their order. Throws ReadError at the layer's place. */
export function convertLayer(
  net: NetContext,
  definition: LayerDefinition,
  bottoms: readonly Value[],
): readonly Value[] {
  const layer = layerOf(definition.type) ?? refuseType(net, definition)
  checkCount(net, definition, 'bottom', bottoms.length, layer.bottoms)
  checkCount(net, definition, 'top', definition.tops.length, layer.tops)
  const message = parameterOf(net, definition, layer)
  const params = readFields(message, layer.fields, net.source, net.warn)
  const context = new LayerContext(net, definition, bottoms, message, params)
  const result = layer.convert(context as LayerContext<never>)
  const values: readonly Value[] = Array.isArray(result) ? result : [result]
  if (values.length !== definition.tops.length) {
    throw context.error(
      `it computes ${values.length} values, but names ${definition.tops.length} tops`,
      `name ${values.length} tops`,
    )
  }
  return values
}

/** The checker of the original tool says this first line and no more. */
function refuseType({ source }: NetContext, { name, type, message, at }: LayerDefinition): never {
  const place = message.all('type')[0]?.value.at ?? at
  const refuse = (cause: string, fix: string): never => {
    throw source.error('READ_CAFFE_TYPE', `ValueError: Not support layer name=${name} type=${type}`, place, {
      detail: cause,
      fix,
    })
  }
  if (type === 'Custom' || message.has('custom_param')) {
    return refuse(
      'a custom operator: the code behind its custom_param cannot be run yet',
      'cut the net before this layer and do its work after the model, until custom operators are supported',
    )
  }
  const known = refusedLayers.get(type)
  if (known) return refuse(known.cause, known.fix)
  const near = nearestName(type, layerTypes())
  return refuse(
    `no layer type is called '${type}' in Caffe or in the forks known here`,
    near === undefined
      ? 'cut the net before this layer, or write it as layers that are known'
      : suggestion(type, layerTypes()),
  )
}

function checkCount(
  { source }: NetContext,
  { name, type, message, at }: LayerDefinition,
  field: 'bottom' | 'top',
  count: number,
  wanted: Count,
): void {
  const [from, to] = typeof wanted === 'number' ? [wanted, wanted] : wanted
  if (count >= from && count <= to) return
  const range = from === to ? `${from}` : to === Infinity ? `at least ${from}` : `${from} to ${to}`
  const place = message.all(field)[0]?.at ?? at
  throw source.error(
    'READ_CAFFE_LAYER',
    `layer '${name}' (${type}) takes ${range} ${field}(s); here are ${count}`,
    place,
    {
      fix: count < from ? `add ${field}: "name"` : `remove what is too much`,
    },
  )
}

/** The layer's parameter message. Another message whose name is nearly the same must be a slip. */
function parameterOf(
  { source, warn }: NetContext,
  definition: LayerDefinition,
  layer: CaffeLayer,
): TextMessage | undefined {
  const { message } = definition
  const names = typeof layer.parameter === 'string' ? [layer.parameter] : layer.parameter
  const field = names.flatMap((name) => message.all(name))[0]
  if (field && !(field.value instanceof TextMessage)) {
    throw source.error('READ_PROTOTXT_VALUE', `'${field.name}' must be a message`, field.at, {
      fix: `write ${field.name} { ... }`,
    })
  }
  if (field?.value instanceof TextMessage) return field.value
  for (const other of message.fields) {
    if (
      !(other.value instanceof TextMessage) ||
      ['param', 'include', 'exclude', 'transform_param'].includes(other.name)
    )
      continue
    const near = nearestName(other.name, names)
    if (near !== undefined)
      warn(`${source.where(other.at)} '${other.name}' is not known here (did you mean '${near}'?) and is ignored`)
  }
  return undefined
}
