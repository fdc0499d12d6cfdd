/** GraphProto, NodeProto and FunctionProto -> IR. */
import { ReadError } from '../errors.ts'
import { type Dim, Graph, type ValueInfo } from '../ir/graph.ts'
import type { ModelFunction } from '../ir/model.ts'
import { type Attribute, Node } from '../ir/node.ts'
import { decodeTensor, type ExternalReader } from './decode-tensor.ts'
import { dtypeLabel, dtypeOf } from './dtypes.ts'
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, ValueInfoProto } from './gen/onnx_pb.ts'

/** Decode a graph with everything in it. Unnamed and equally named nodes get unique names. */
export function decodeGraph(proto: GraphProto, external: ExternalReader | undefined): Graph {
  if (proto.sparseInitializer.length > 0) {
    throw new ReadError('READ_SPARSE', 'the model holds sparse constants, which are not supported', {
      fix: 'export the model with dense weights',
    })
  }
  const graph = new Graph(proto.name)
  for (const tensor of proto.initializer) {
    if (graph.constant(tensor.name)) {
      throw new ReadError('READ_DUPLICATE_CONSTANT', `two constants are named '${tensor.name}'`, {
        where: tensor.name,
        fix: 'the exporter made a mistake: export the model again',
      })
    }
    graph.setConstant(tensor.name, decodeTensor(tensor, external))
  }
  // Before IR 4 every constant is listed among the inputs as well.
  graph.inputs = proto.input.filter((info) => !graph.constant(info.name)).map(decodeValueInfo)
  graph.outputs = proto.output.map(decodeValueInfo)
  const names = new NodeNames()
  for (const node of proto.node) graph.addNode(decodeNode(node, external, names))
  return graph
}

/** Decode a model-local function. */
export function decodeFunction(proto: FunctionProto, external: ExternalReader | undefined): ModelFunction {
  const defaults = proto.attributeProto.map((one) => [one.name, decodeAttribute(one, proto.name, external)] as const)
  const names = new NodeNames()
  return {
    domain: proto.domain,
    name: proto.name,
    inputs: proto.input,
    outputs: proto.output,
    attributes: proto.attribute,
    ...(defaults.length > 0 ? { defaults: new Map(defaults) } : {}),
    nodes: proto.node.map((node) => decodeNode(node, external, names)),
    opsets: new Map(proto.opsetImport.map(({ domain, version }) => [domain, Number(version)])),
  }
}

function decodeValueInfo(proto: ValueInfoProto): ValueInfo {
  const type = proto.type?.value
  if (type?.case !== 'tensorType') {
    const kind = type?.case?.replace('Type', '') ?? 'undeclared'
    throw new ReadError('READ_VALUE_KIND', `'${proto.name}' is of kind ${kind}; only tensors are supported`, {
      where: proto.name,
      fix: 'export the part of the model that works on tensors',
    })
  }
  const dtype = dtypeOf(type.value.elemType)
  if (dtype === undefined) {
    throw new ReadError(
      'READ_VALUE_TYPE',
      `'${proto.name}' has element type ${dtypeLabel(type.value.elemType)}, which is not supported`,
      {
        where: proto.name,
        fix: 'export the model in float32',
      },
    )
  }
  // An undeclared dimension is as open as a named one; some exporters write 0 or -1 for it. It gets a name of its own.
  const shape = type.value.shape?.dim.map((dim, axis): Dim => {
    if (dim.value.case === 'dimValue' && dim.value.value > 0n) {
      const size = Number(dim.value.value)
      if (Number.isSafeInteger(size)) return size
    }
    return dim.value.case === 'dimParam' && dim.value.value !== '' ? dim.value.value : `${proto.name}_dim${axis}`
  })
  return { name: proto.name, dtype, shape }
}

function decodeNode(proto: NodeProto, external: ExternalReader | undefined, names: NodeNames): Node {
  return new Node({
    name: names.unique(proto.name, proto.opType),
    opType: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes: new Map(
      proto.attribute.map((attribute) => [
        attribute.name,
        decodeAttribute(attribute, proto.name || proto.opType, external),
      ]),
    ),
  })
}

const REFERENCE_TYPES = new Map([
  [1, 'float'],
  [2, 'int'],
  [3, 'string'],
  [4, 'tensor'],
  [6, 'floats'],
  [7, 'ints'],
  [8, 'strings'],
] as const)

const REFUSED_KINDS = new Map([
  [4, 'an empty tensor'],
  [5, 'an empty graph'],
  [9, 'a list of tensors'],
  [10, 'a list of graphs'],
  [11, 'a sparse tensor'],
  [12, 'a list of sparse tensors'],
  [13, 'a type'],
  [14, 'a list of types'],
])

function decodeAttribute(proto: AttributeProto, where: string, external: ExternalReader | undefined): Attribute {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const type = proto.type === 0 ? guessType(proto) : proto.type
  const of = REFERENCE_TYPES.get(type as 1)
  if (proto.refAttrName !== '' && of) return { type: 'reference', value: proto.refAttrName, of }
  switch (type) {
    case 1:
      return { type: 'float', value: proto.f ?? 0 }
    case 2:
      return { type: 'int', value: Number(proto.i ?? 0n) }
    case 3:
      return { type: 'string', value: text(proto.s ?? new Uint8Array(0)) }
    case 4:
      if (proto.t) return { type: 'tensor', value: decodeTensor(proto.t, external) }
      break
    case 5:
      if (proto.g) return { type: 'graph', value: decodeGraph(proto.g, external) }
      break
    case 6:
      return { type: 'floats', value: proto.floats }
    case 7:
      return { type: 'ints', value: proto.ints.map(Number) }
    case 8:
      return { type: 'strings', value: proto.strings.map(text) }
  }
  throw new ReadError(
    'READ_ATTRIBUTE',
    `attribute '${proto.name}' of node '${where}' is ${REFUSED_KINDS.get(type) ?? `of kind ${type}`}, which is not supported`,
    {
      where,
      fix: 'export the model without this operator',
    },
  )
}

/** Very old files leave the type out: the one field that is set tells it. */
function guessType(proto: AttributeProto): number {
  if (proto.t) return 4
  if (proto.g) return 5
  if (proto.floats.length > 0) return 6
  if (proto.ints.length > 0) return 7
  if (proto.strings.length > 0) return 8
  if (proto.s !== undefined) return 3
  return proto.f === undefined ? 2 : 1
}

/** Deterministic unique node names: `<opType>_<index>` for unnamed nodes, a suffix for repeated ones. */
class NodeNames {
  readonly #taken = new Set<string>()
  #index = 0

  unique(name: string, opType: string): string {
    const stem = name === '' ? `${opType}_${this.#index}` : name
    this.#index++
    let result = stem
    for (let i = 1; this.#taken.has(result); i++) result = `${stem}_${i}`
    this.#taken.add(result)
    return result
  }
}
