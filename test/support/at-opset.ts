/** Models in the form of another opset, and the check that reading keeps what they compute. */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect } from 'vitest'
import type { Graph } from '../../src/ir/graph.ts'
import { modelOf } from '../../src/ir/model.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { type ModelProto, ModelProtoSchema } from '../../src/onnx/gen/onnx_pb.ts'
import { readOnnx } from '../../src/onnx/read.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { openSession } from '../../src/runtime/session.ts'

/** The graph as a file that declares `opset`; `edit` may change anything else. */
export function encodeAt(graph: Graph, opset: number, edit: (proto: ModelProto) => void = () => {}): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, writeOnnx(modelOf(graph)))
  for (const entry of proto.opsetImport) if (entry.domain === '') entry.version = BigInt(opset)
  edit(proto)
  return toBinary(ModelProtoSchema, proto)
}

export async function runBytes(bytes: Uint8Array, feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const session = await openSession(bytes, { level: 'disabled' })
  const results = await session.run(feeds)
  await session.release()
  return results
}

/** onnxruntime must compute the same from the file as it is and from what we read and write of it. */
export async function expectSameAfterReading(
  bytes: Uint8Array,
  feeds: ReadonlyMap<string, Tensor>,
  digits = 6,
): Promise<void> {
  const expected = await runBytes(bytes, feeds)
  const actual = await runBytes(writeOnnx(readOnnx(bytes, { source: 'test' })), feeds)
  expect([...actual.keys()]).toEqual([...expected.keys()])
  for (const [name, tensor] of expected) {
    const own = actual.get(name)!
    expect([own.dtype, ...own.shape]).toEqual([tensor.dtype, ...tensor.shape])
    const numbers = own.numbers()
    const worst = tensor.numbers().reduce((most, value, i) => {
      if (Object.is(value, numbers[i])) return most
      const difference = Math.abs(value - numbers[i]) / Math.max(1, Math.abs(value))
      return Math.max(most, Number.isNaN(difference) ? Infinity : difference)
    }, 0)
    expect(worst).toBeLessThanOrEqual(10 ** -digits)
  }
}
