/** ONNX bytes -> Model at the internal opset, float32, verified. */
import { fromBinary } from '@bufbuild/protobuf'
import { ReadError } from '../errors.ts'
import { INTERNAL_OPSET, type Model } from '../ir/model.ts'
import { HORIZON_DOMAIN } from '../ir/node.ts'
import { verifyGraph } from '../ir/verify.ts'
import { convertGraph } from './convert/index.ts'
import { missingEnd } from './cut-off.ts'
import { decodeFunction, decodeGraph } from './decode-graph.ts'
import type { ExternalReader } from './decode-tensor.ts'
import { type ModelProto, ModelProtoSchema } from './gen/onnx_pb.ts'
import { castToFloat32 } from './half.ts'
import { inlineFunctions } from './inline-functions.ts'
import { refuseUnknownOperators } from './known-operators.ts'
import { refuseOtherKinds } from './looks-like.ts'

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
    throw new ReadError('READ_NO_GRAPH', 'the file is no ONNX model: it holds no graph', {
      where,
      fix: 'it may be cut off, or a protobuf file of another tool: export or download it again',
    })
  }
  const opset = Number(proto.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1)
  refuseVersions(opset, Number(proto.irVersion), where)
  const graph = decodeGraph(proto.graph, options.external)
  const functions = proto.functions.map((definition) => decodeFunction(definition, options.external))
  refuseUnknownOperators(graph, functions, where)
  convertGraph(graph, opset)
  inlineFunctions(graph, functions, opset)
  castToFloat32(graph)
  graph.sort()
  verifyGraph(graph)
  const opsets = new Map(
    proto.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)]),
  )
  const kept = functions.filter(({ domain }) => domain === HORIZON_DOMAIN)
  // Those of the functions kept are written again with them, and go when these go.
  for (const { domain } of functions) opsets.delete(domain)
  opsets.set('', INTERNAL_OPSET)
  return {
    graph,
    opsets,
    functions: kept,
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

function refuseVersions(opset: number, ir: number, where: string): void {
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new ReadError(
      'READ_OPSET',
      `the model has opset ${opset}; opset ${OLDEST_OPSET} to ${NEWEST_OPSET} can be read`,
      {
        where,
        fix: 'export with opset_version=11 to 17, which every tool reads',
      },
    )
  }
  if (ir > NEWEST_IR) {
    throw new ReadError('READ_IR_VERSION', `the model has IR version ${ir}; versions up to ${NEWEST_IR} can be read`, {
      where,
      fix: 'export with an older onnx package, or set model.ir_version = 10 and save it again',
    })
  }
}

function decodeProto(bytes: Uint8Array, where: string): ModelProto {
  refuseOtherKinds(bytes, where)
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    const end = missingEnd(bytes)
    if (end !== undefined) {
      throw new ReadError(
        'READ_CUT_OFF',
        `the file is cut off: it has ${bytes.length} bytes and should have at least ${end}`,
        { where, fix: 'export or download it again and compare sizes', cause },
      )
    }
    throw new ReadError(
      'READ_NOT_ONNX',
      'the file cannot be decoded as an ONNX model: it is damaged or something else',
      {
        where,
        fix: 'check what the file really is; export or download it again',
        cause,
      },
    )
  }
}
