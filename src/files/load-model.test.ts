import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallModelBytes } from '../../test/support/small-model.ts'
import { told } from '../../test/support/told.ts'
import { loadModel } from './load-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'openmapper-load-'))
const at = (name: string): string => join(folder, name)
/** What is said, with the folder shortened. */
const answer = (name: string): string => told(() => loadModel(at(name))).replaceAll(folder, 'DIR')

beforeAll(() => {
  const bytes = smallModelBytes()
  const gzipped = gzipSync(bytes)
  mkdirSync(at('full'))
  mkdirSync(at('empty'))
  writeFileSync(at('resnet20.onnx'), bytes)
  writeFileSync(at('full/resnet20.onnx'), bytes)
  writeFileSync(at('packed.onnx.gz'), gzipped)
  writeFileSync(at('damaged.onnx.gz'), gzipped.subarray(0, gzipped.length >> 1))
  writeFileSync(at('page.onnx.gz'), gzipSync('<!DOCTYPE html><html>'))
  // sparse files: no disk and no memory is used
  writeFileSync(at('large.bin'), '')
  truncateSync(at('large.bin'), 3e9)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('loadModel', () => {
  test('reads plain and gzipped files', () => {
    for (const name of ['resnet20.onnx', 'packed.onnx.gz']) {
      expect(loadModel(at(name)).graph.nodes.map((node) => node.name)).toEqual(['conv', 'relu', 'add', 'reshape'])
    }
  })
  test('a missing file brings the nearest name', () => {
    expect(answer('resnet02.onnx')).toMatchInlineSnapshot(`
      "READ_NO_FILE
      model file not found: DIR/resnet02.onnx
      at: DIR/resnet02.onnx
      fix: did you mean DIR/resnet20.onnx?"
    `)
    expect(answer('packed.onnx')).toContain('fix: did you mean DIR/packed.onnx.gz?')
    expect(answer('resnet20')).toContain('fix: did you mean DIR/resnet20.onnx?')
  })
  test('a missing file with no name near', () => {
    expect(answer('yolo.onnx')).toMatchInlineSnapshot(`
      "READ_NO_FILE
      model file not found: DIR/yolo.onnx
      at: DIR/yolo.onnx
      fix: check the path; relative paths in a YAML start at the folder of the YAML"
    `)
  })
  test('a missing folder', () => {
    expect(answer('nowhere/yolo.onnx')).toMatchInlineSnapshot(`
      "READ_NO_FILE
      model file not found: DIR/nowhere/yolo.onnx (there is no folder DIR/nowhere)
      at: DIR/nowhere/yolo.onnx
      fix: check the path; relative paths in a YAML start at the folder of the YAML"
    `)
  })
  test('a folder with and without a model', () => {
    expect(answer('full')).toMatchInlineSnapshot(`
      "READ_NO_FILE
      DIR/full is a folder, not a model file
      at: DIR/full
      fix: give the file: DIR/full/resnet20.onnx"
    `)
    expect(answer('empty')).toContain('fix: give the path of the .onnx file itself')
  })
  test('a path that runs through a file, or holds a zero', () => {
    expect(answer('resnet20.onnx/model.onnx')).toContain('READ_N')
    expect(answer('a\0b.onnx')).toContain('READ_N')
  })
  test('a device', () => {
    expect(told(() => loadModel('/dev/null'))).toContain('READ_NO_FILE\n/dev/null is no regular file')
  })
  test('a file above 2 GB is refused by its size alone', () => {
    const before = process.memoryUsage().rss
    expect(answer('large.bin')).toMatchInlineSnapshot(`
      "READ_TOO_LARGE
      the file has 3.0 GB; model files end at 2 GB
      at: DIR/large.bin
      fix: reduce the model: networks this large are not meant for an embedded accelerator"
    `)
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  })
  test('a damaged gzip file', () => {
    expect(answer('damaged.onnx.gz')).toMatchInlineSnapshot(`
      "READ_GZIP
      the gzip file is damaged, cut off, or more than 2 GB when unpacked
      at: DIR/damaged.onnx.gz
      fix: download it again; \`gzip -t damaged.onnx.gz\` tests it"
    `)
  })
  test('a gzipped page is still a page', () => {
    expect(answer('page.onnx.gz')).toContain('a web page (HTML)')
  })
})
