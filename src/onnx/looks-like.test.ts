/** Files that are no ONNX models. */
import { describe, expect, test } from 'vitest'
import { told } from '../../test/support/told.ts'
import { readOnnx } from './read.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const tar = `${'model.onnx'.padEnd(257, '\0')}ustar\x0000`

/** Start of the file, what the message calls it, and a word of the way out. */
const FILES: readonly (readonly [start: string, what: string, fix: RegExp])[] = [
  ['', 'empty (0 bytes)', /again/],
  ['\0'.repeat(5000), 'nothing but zeros', /never finished/],
  ['<!DOCTYPE html>\n<html lang="en">', 'a web page (HTML)', /raw file/],
  ['\n  <html><head>', 'a web page (HTML)', /raw file/],
  ['\xef\xbb\xbf<!doctype HTML>', 'a web page (HTML)', /raw file/],
  ['<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', 'an XML file', /download again/],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a', 'a Git LFS pointer', /git lfs pull/],
  ['PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl', 'a PyTorch file', /torch\.onnx\.export/],
  ['PK\x03\x04\x14\0\0\0\x08\0model.onnx', 'a zip archive', /unpack/],
  ['\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P', 'a Python pickle', /torch\.onnx\.export/],
  ['\x1f\x8b\x08\0\0\0', 'a gzip file', /gunzip/],
  [tar, 'a tar archive', /tar -xf/],
  ['\xfd7zXZ\0', 'a compressed file', /unpack/],
  ['\x1c\0\0\0TFL3\x14\0', 'a TensorFlow Lite model', /export it to ONNX/],
  ['\x18\0\0\0ORTM\0', 'an onnxruntime .ort model', /\.onnx/],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file', /export it to ONNX/],
  ['\x40\0\0\0\0\0\0\0{"weight":', 'a safetensors file', /export it to ONNX/],
  ['\x93NUMPY\x01\0', 'a NumPy array', /cal_data_dir/],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'a picture', /model file/],
  ['# net\nname: "LeNet"\nlayer {\n  name: "data"\n', 'a Caffe prototxt', /Caffe/],
  ['\n\x0fSqueezeNet_v1.1\xa2\x06\xba8\n\x05conv1\x12\x0bConvolution', 'a Caffe model', /Caffe/],
  ['\n\x2c\n\x05input\x12\x0bPlaceholder*\x0b\n\x05dtype', 'a TensorFlow graph', /tf2onnx/],
  ['name: "VGG"\ninput: "data"\ninput_dim: 1\n', 'a Caffe prototxt', /Caffe/],
  ['ir_version: 8\nproducer_name: "pytorch"\ngraph {\n  node {\n', 'ONNX in text form', /binary/],
  ['<\n  ir_version: 8,\n  opset_import: ["" : 13]\n>\nagraph (float[N] x)', 'ONNX in text form', /binary/],
  ['{\n  "model": "resnet"\n}\n', 'a JSON file', /model file/],
  ['model_parameters:\n  onnx_model: net.onnx\n', 'a text file', /YAML/],
  ['404: Not Found', 'a text file', /model file/],
]

describe('a file of another kind is named, with what to do', () => {
  test.each(FILES)('%j', (start, what, fix) => {
    const answer = told(() => readOnnx(latin1(start), { source: 'net.onnx' }))
    expect(answer).toContain(`READ_NOT_ONNX\nthe file is ${what}`)
    expect(answer).toMatch(/, not an ONNX model\nat: net\.onnx\nfix: /)
    expect(answer.slice(answer.indexOf('fix: '))).toMatch(fix)
  })

  test('the whole answer', () => {
    expect(told(() => readOnnx(latin1('<html>'), { source: 'net.onnx' }))).toMatchInlineSnapshot(`
      "READ_NOT_ONNX
      the file is a web page (HTML), not an ONNX model
      at: net.onnx
      fix: the link led to a page about the file: download the raw file itself and compare its size"
    `)
  })
})
