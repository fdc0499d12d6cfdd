/** Model -> ONNX bytes. Deterministic: the same model gives the same bytes. */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { StageError } from '../errors.ts'
import type { Graph, ValueInfo } from '../ir/graph.ts'
import { INTERNAL_IR_VERSION, INTERNAL_OPSET, type Model, type ModelFunction } from '../ir/model.ts'
import { HORIZON_DOMAIN, type Attribute, type Node } from '../ir/node.ts'
import { toInt64, type Tensor } from '../ir/tensor.ts'
import { dtypeNumber } from './dtypes.ts'
import {
  type AttributeProto,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './gen/onnx_pb.ts'

const PRODUCER = 'openmapper'
/** Protobuf itself ends here. */
const MAX_BYTES = 2 ** 31 - 1

/** Encode a model at the internal opset. Throws StageError STAGE_TOO_LARGE above 2 GB. */
export function writeOnnx(model: Model): Uint8Array {
  const weights = [...model.graph.constants.values()].reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0)
  if (weights > MAX_BYTES) {
    throw new StageError('STAGE_TOO_LARGE', `the model's constants take ${weights} bytes; an ONNX file ends at 2 GB`, {
      stage: 'prepare',
      fix: 'reduce the model: networks this large are not meant for an embedded accelerator',
    })
  }
  const opsets = new Map([...model.opsets, ['', INTERNAL_OPSET]])
  if (model.functions.some((definition) => definition.domain === HORIZON_DOMAIN)) opsets.set(HORIZON_DOMAIN, 1)
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(INTERNAL_IR_VERSION),
      producerName: PRODUCER,
      graph: encodeGraph(model.graph),
      opsetImport: encodeOpsets(opsets),
      metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
      functions: model.functions.map(encodeFunction),
    }),
  )
}

function encodeOpsets(opsets: ReadonlyMap<string, number>) {
  return [...opsets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([domain, version]) => ({ domain, version: toInt64(version) }))
}

function encodeGraph(graph: Graph): GraphProto {
  const known = new Set([...graph.inputs, ...graph.outputs].map((info) => info.name))
  const inner = [...graph.types].filter(([name]) => !known.has(name) && graph.producer(name))
  return create(GraphProtoSchema, {
    name: graph.name || 'main_graph',
    node: graph.nodes.map(encodeNode),
    initializer: [...graph.constants].map(([name, tensor]) => encodeTensor(name, tensor)),
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
    valueInfo: inner.map(([name, type]) => encodeValueInfo({ name, ...type })),
  })
}

function encodeValueInfo({ name, dtype, shape }: ValueInfo): ValueInfoProto {
  const dims = shape?.map((dim) => ({
    value:
      typeof dim === 'number'
        ? ({ case: 'dimValue', value: BigInt(dim) } as const)
        : ({ case: 'dimParam', value: dim } as const),
  }))
  const elemType = dtypeNumber(dtype)
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: dims ? { elemType, shape: { dim: dims } } : { elemType } } },
  })
}

function encodeNode(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: node.inputs,
    output: node.outputs,
    attribute: [...node.attributes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, attribute]) => encodeAttribute(name, attribute)),
  })
}

function encodeTensor(name: string, tensor: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: dtypeNumber(tensor.dtype),
    rawData: tensor.bytes,
  })
}

const REFERENCE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const

function encodeAttribute(name: string, attribute: Attribute): AttributeProto {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  const make = (type: number, fields: MessageInitShape<typeof AttributeProtoSchema>): AttributeProto =>
    create(AttributeProtoSchema, { name, type, ...fields })
  switch (attribute.type) {
    case 'float':
      return make(1, { f: attribute.value })
    case 'int':
      return make(2, { i: toInt64(attribute.value) })
    case 'string':
      return make(3, { s: text(attribute.value) })
    case 'tensor':
      return make(4, { t: encodeTensor('', attribute.value) })
    case 'graph':
      return make(5, { g: encodeGraph(attribute.value) })
    case 'floats':
      return make(6, { floats: [...attribute.value] })
    case 'ints':
      return make(7, { ints: attribute.value.map(toInt64) })
    case 'strings':
      return make(8, { strings: attribute.value.map(text) })
    case 'reference':
      return make(REFERENCE_TYPES[attribute.of], { refAttrName: attribute.value })
  }
}

function encodeFunction(definition: ModelFunction): FunctionProto {
  return create(FunctionProtoSchema, {
    name: definition.name,
    domain: definition.domain,
    input: [...definition.inputs],
    output: [...definition.outputs],
    attribute: [...definition.attributes],
    node: definition.nodes.map(encodeNode),
    opsetImport: encodeOpsets(definition.opsets),
  })
}
