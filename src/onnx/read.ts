/** ONNX bytes -> Model at the internal opset, float32, verified. */
import { fromBinary } from '@bufbuild/protobuf'
import { ReadError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import { decodeFunction, decodeGraph } from './decode-graph.ts'
import type { ExternalReader } from './decode-tensor.ts'
import { type ModelProto, ModelProtoSchema } from './gen/onnx_pb.ts'

export const OLDEST_OPSET = 7
export const NEWEST_OPSET = 26
const NEWEST_IR = 13

export interface ReadOptions {
  /** File name for messages. */
  source: string
  /** Reads external data files beside the model. */
  external?: ExternalReader
}

/** Read a model. Constants are views on `bytes`. Throws ReadError with one sentence per mistake. */
export function readOnnx(bytes: Uint8Array, options: ReadOptions): Model {
  const proto = decodeProto(bytes, options.source)
  const where = options.source
  if (!proto.graph) {
    throw new ReadError('READ_NO_GRAPH', 'the file is no ONNX model: it holds no graph', { where, fix: 'check what the file really is' })
  }
  const opset = Number(proto.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1)
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET || Number(proto.irVersion) > NEWEST_IR) {
    throw new ReadError(
      'READ_OPSET',
      `the model has opset ${opset} and IR version ${proto.irVersion}; opset ${OLDEST_OPSET} to ${NEWEST_OPSET} and IR up to ${NEWEST_IR} can be read`,
      { where, fix: 'export with opset_version=11 to 17, which every tool reads' },
    )
  }
  return {
    graph: decodeGraph(proto.graph, options.external),
    opsets: new Map(proto.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)])),
    functions: proto.functions.map((definition) => decodeFunction(definition, options.external)),
    metadata: new Map(proto.metadataProps.map(({ key, value }) => [key, value])),
    origin: {
      irVersion: Number(proto.irVersion),
      opset,
      producer: proto.producerName,
      producerVersion: proto.producerVersion,
      domain: proto.domain,
      modelVersion: Number(proto.modelVersion),
    },
  }
}

function decodeProto(bytes: Uint8Array, where: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new ReadError('READ_NOT_ONNX', 'the file cannot be decoded as an ONNX model: it is damaged, cut off, or something else', {
      where,
      fix: 'export or download it again and compare sizes',
      cause,
    })
  }
}
