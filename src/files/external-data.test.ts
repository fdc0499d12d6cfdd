/** Weights that lie in files beside the model. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeAt } from '../../test/support/at-opset.ts'
import { smallModel } from '../../test/support/small-model.ts'
import { told } from '../../test/support/told.ts'
import { StringStringEntryProtoSchema } from '../onnx/gen/onnx_pb.ts'
import { openSession } from '../runtime/session.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { loadModel } from './load-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'openmapper-external-'))
const at = (name: string): string => join(folder, name)
const { graph } = smallModel()
const weights = graph.constant('w')!.bytes
const bias = graph.constant('b')!.bytes

/** The small network with constants 'w' and 'b' elsewhere. */
function writeModel(name: string, entries: readonly (readonly Record<string, string>[])[]): void {
  const bytes = encodeAt(graph, 21, (proto) => {
    for (const [i, pairs] of entries.entries()) {
      const tensor = proto.graph!.initializer[i]
      tensor.rawData = new Uint8Array(0)
      tensor.dataLocation = 1
      tensor.externalData = pairs.flatMap((pair) =>
        Object.entries(pair).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
      )
    }
  })
  writeFileSync(at(name), bytes)
}

function answer(...pairs: Record<string, string>[]): string {
  writeModel('wrong.onnx', [pairs])
  return told(() => loadModel(at('wrong.onnx'))).replaceAll(folder, 'DIR')
}

beforeAll(() => {
  mkdirSync(at('data'))
  const file = new Uint8Array(64 + weights.length + bias.length)
  file.set(weights, 64)
  file.set(bias, 64 + weights.length)
  writeFileSync(at('data/net.bin'), file)
  writeFileSync(at('bias.bin'), bias)
  writeFileSync(at('huge.bin'), '')
  truncateSync(at('huge.bin'), 5e9)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('external data', () => {
  test('by offset and length, and the rest of a file', async () => {
    const location = 'data/net.bin'
    const rest = String(64 + weights.length)
    writeModel('net.onnx', [[{ location, offset: '64', length: String(weights.length) }], [{ location, offset: rest }]])
    const model = loadModel(at('net.onnx'))
    expect(model.graph.constant('w')!.bytes).toEqual(weights)
    expect(model.graph.constant('b')!.bytes).toEqual(bias)
    // both are views on one reading of the file
    expect(model.graph.constant('w')!.bytes.buffer).toBe(model.graph.constant('b')!.bytes.buffer)

    const feeds = randomFeeds(graph, 1)
    const results = await Promise.all(
      [at('net.onnx'), model].map(async (source) => {
        const session = await openSession(source, { level: 'disabled' })
        return (await session.run(feeds)).get('out')!.floats()
      }),
    )
    expect(results[1]).toEqual(results[0])
  })
  test('a whole file', () => {
    writeModel('whole.onnx', [
      [{ location: 'data/net.bin', offset: '64', length: '216' }],
      [{ location: './bias.bin' }],
    ])
    expect(loadModel(at('whole.onnx')).graph.constant('b')!.floats()).toEqual(graph.constant('b')!.floats())
  })
  test('a file that is not there', () => {
    expect(answer({ location: 'weights.bin' })).toMatchInlineSnapshot(`
      "READ_EXTERNAL_MISSING
      the model keeps weights in 'weights.bin', which is not beside it
      at: DIR/weights.bin
      fix: copy the external data file into the folder of the .onnx file"
    `)
    expect(answer({ location: 'data' })).toContain('READ_EXTERNAL_MISSING')
    expect(answer({ location: '' })).toContain('READ_EXTERNAL_MISSING')
    expect(answer({ offset: '0' })).toContain('READ_EXTERNAL_MISSING')
  })
  test('a file that is too short', () => {
    expect(answer({ location: 'bias.bin', offset: '4', length: '216' })).toMatchInlineSnapshot(`
      "READ_EXTERNAL_RANGE
      constant 'w' should lie at bytes 4..220 of bias.bin, which has 12
      at: w
      fix: the external data file is cut off or belongs to another model: copy both files again"
    `)
    expect(answer({ location: 'bias.bin' })).toContain('READ_TENSOR_SIZE')
  })
  test.each(['-4', '1.5', 'x', '1e99', '9223372036854775807'])('an offset of %s', (offset) => {
    expect(answer({ location: 'data/net.bin', offset, length: '216' })).toContain('READ_EXTERNAL_RANGE')
  })
  test.each(['../net.bin', 'data/../../net.bin', '/etc/passwd', '..', 'a\0b'])(
    'a path out of the folder: %j',
    (location) => {
      expect(answer({ location })).toContain('READ_EXTERNAL_PATH')
    },
  )
  test('a file name that begins with dots stays inside', () => {
    expect(answer({ location: '..weights.bin' })).toContain('READ_EXTERNAL_MISSING')
  })
  test('a file above 2 GB', () => {
    expect(answer({ location: 'huge.bin', length: '216' })).toContain('READ_TOO_LARGE\nthe file has 5.0 GB')
  })
})
