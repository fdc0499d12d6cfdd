/** What onnxruntime infers: every tensor becomes an untyped graph output of a session with optimisation off. */
import type { ValueType } from '../../src/ir/graph.ts'
import { cloneModel, type Model } from '../../src/ir/model.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '../../src/onnx/gen/onnx_pb.ts'
import { openSession } from '../../src/runtime/session.ts'

/** Types by value name, for every value some node computes. */
export async function oracleTypes(model: Model): Promise<Map<string, ValueType>> {
  const bare = cloneModel(model)
  bare.graph.types.clear()
  const values = bare.graph.nodes.flatMap((node) => node.outputs).filter((output) => output !== '')
  const proto = fromBinary(ModelProtoSchema, writeOnnx(bare))
  proto.graph!.output = values.map((name) => ({ $typeName: 'onnx.ValueInfoProto', name }))
  const session = await openSession(toBinary(ModelProtoSchema, proto), { level: 'disabled' })
  const types = new Map(session.outputs.map((info) => [info.name, { dtype: info.dtype, shape: info.shape }]))
  await session.release()
  return types
}
