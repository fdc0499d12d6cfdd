/** Damaged files end in a model or in an error a user can read; never in an exception of ours, never late. */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manyOperators } from '../../test/support/many-operators.ts'
import { damaged, misuse } from '../../test/support/mutate.ts'
import { generator } from '../../test/support/random.ts'
import { smallModelBytes } from '../../test/support/small-model.ts'
import { told } from '../../test/support/told.ts'
import { inferTypes } from '../ops/infer.ts'
import { type ModelProto, ModelProtoSchema } from './gen/onnx_pb.ts'
import { readOnnx } from './read.ts'
import { writeOnnx } from './write.ts'

/** Read, infer and write; `told` throws on whatever is not an OpenMapperError. */
function digest(bytes: Uint8Array): string {
  return told(() => {
    const model = readOnnx(bytes, { source: 'damaged.onnx', external: () => new Uint8Array(16) })
    inferTypes(model.graph)
    writeOnnx(model)
  })
}

/** A message with a number no field can hold stands for the whole file. */
function encoded(proto: ModelProto): Uint8Array {
  try {
    return toBinary(ModelProtoSchema, proto)
  } catch {
    return smallModelBytes()
  }
}

const RUNS = Number(process.env['OPENMAPPER_FUZZ_RUNS'] ?? 400)

describe('damaged files', () => {
  test.each([
    ['a network', smallModelBytes()],
    ['a file with everything in it', manyOperators()],
  ])('%s', (_, bytes) => {
    expect(digest(bytes)).toBe('no error')
    const answers = new Set<string>()
    fc.assert(
      fc.property(damaged(bytes), (broken) => {
        const started = performance.now()
        answers.add(digest(broken).split('\n')[0])
        expect(performance.now() - started).toBeLessThan(1000)
      }),
      { numRuns: RUNS, ...(process.env['OPENMAPPER_FUZZ_RUNS'] === undefined ? { seed: 1 } : {}) },
    )
    // the damage reaches past the decoder
    expect(answers.size).toBeGreaterThan(5)
  })
  test.each([
    ['a network', smallModelBytes()],
    ['a file with everything in it', manyOperators()],
  ])('wrong values in right places: %s', (_, bytes) => {
    const answers = new Set<string>()
    for (let seed = 0; seed < RUNS; seed++) {
      const next = generator(seed)
      const proto = fromBinary(ModelProtoSchema, bytes)
      misuse(proto, next, 1 + (seed % 3))
      answers.add(digest(encoded(proto)).split('\n')[0])
    }
    expect(answers.size).toBeGreaterThan(5)
  })
  test('every shorter file', () => {
    const bytes = manyOperators()
    for (let length = 0; length < bytes.length; length++) expect(digest(bytes.subarray(0, length))).toContain('READ_')
  })
})
