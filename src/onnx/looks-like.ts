/** What a file is that is no ONNX model, told from its first bytes, and what then helps. */
import { ReadError } from '../errors.ts'

interface Kind {
  /** Noun phrase for the message. */
  what: string
  /** `text` is the start of the file byte by byte (latin1). */
  matches: (text: string, bytes: Uint8Array) => boolean
  fix: string
}

/** How much of the start is looked at. */
const HEAD = 1024

const LINK = 'the link led to a page about the file: download the raw file itself and compare its size'
const EXPORT = 'export it to ONNX and give that file'
const CAFFE = 'a Caffe model is two files: --model-type caffe --proto NET.prototxt --model NET.caffemodel'

/** Asked from top to bottom; no ONNX file starts like any of these, because its first byte is 0x08 (the IR version). */
const KINDS: readonly Kind[] = [
  { what: 'empty (0 bytes)', matches: (_, { length }) => length === 0, fix: 'export or download it again' },
  {
    what: 'nothing but zeros',
    matches: (_, bytes) => bytes.subarray(0, HEAD).every((byte) => byte === 0),
    fix: 'the copy or download never finished: do it again',
  },
  { what: 'a web page (HTML)', matches: (text) => /^(\xef\xbb\xbf)?\s*<(!doctype html|html)/i.test(text), fix: LINK },
  {
    what: 'an XML file',
    matches: (text) => /^(\xef\xbb\xbf)?\s*<(\?xml|net )/i.test(text),
    fix: 'if it is an OpenVINO model, export ONNX from where it came from; if it is a server message, download again',
  },
  {
    what: 'a Git LFS pointer, not the file it points to',
    matches: (text) => text.startsWith('version https://git-lfs'),
    fix: 'run `git lfs pull` in the repository, or download the raw file',
  },
  {
    what: 'a PyTorch file',
    matches: (text) => text.startsWith('PK\x03\x04') && /data\.pkl|constants\.pkl|\/version/.test(text),
    fix: 'export it with torch.onnx.export(model, example, "model.onnx", opset_version=17)',
  },
  {
    what: 'a zip archive',
    matches: (text) => text.startsWith('PK\x03\x04'),
    fix: 'unpack it and give the model inside',
  },
  {
    what: 'a Python pickle, such as PyTorch writes',
    matches: (_, bytes) => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5,
    fix: 'export it with torch.onnx.export(model, example, "model.onnx", opset_version=17)',
  },
  { what: 'a gzip file', matches: (text) => text.startsWith('\x1f\x8b'), fix: 'unpack it with gunzip first' },
  {
    what: 'a tar archive',
    matches: (text) => text.slice(257, 262) === 'ustar',
    fix: 'unpack it with tar -xf and give the model inside',
  },
  {
    what: 'a compressed file',
    matches: (text) => /^(BZh|\xfd7zXZ|7z\xbc\xaf|\x28\xb5\x2f\xfd|Rar!)/.test(text),
    fix: 'unpack it and give the model inside',
  },
  { what: 'a TensorFlow Lite model', matches: (text) => text.slice(4, 8) === 'TFL3', fix: EXPORT },
  {
    what: 'an onnxruntime .ort model',
    matches: (text) => text.slice(4, 8) === 'ORTM',
    fix: 'give the .onnx it was made from',
  },
  { what: 'an HDF5 file, such as Keras writes', matches: (text) => text.startsWith('\x89HDF'), fix: EXPORT },
  {
    what: 'a safetensors file, which holds weights and no graph',
    matches: (text) => /^[\s\S]{8}\{"/.test(text),
    fix: EXPORT,
  },
  {
    what: 'a NumPy array',
    matches: (text) => text.startsWith('\x93NUMPY'),
    fix: 'give the model here; arrays belong in cal_data_dir',
  },
  {
    what: 'a picture',
    matches: (text) => /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF)/.test(text),
    fix: 'give the model file here',
  },
  {
    what: 'a Caffe prototxt',
    matches: (text) => isText(text) && /^\s*(input|layers?|force_backward)\s*[:{]|\blayers?\s*\{/m.test(text),
    fix: CAFFE,
  },
  {
    what: 'ONNX in text form',
    matches: (text) => isText(text) && /^\s*(ir_version|opset_import|graph)\s*[:{]|^\s*</m.test(text),
    fix: 'convert it to binary with onnx.save(onnx.parser.parse_model(text), "model.onnx"), or export again',
  },
  {
    what: 'a JSON file',
    matches: (text) => isText(text) && /^(\xef\xbb\xbf)?\s*[{[]/.test(text),
    fix: 'give the model file here',
  },
  {
    // a name in field 1, layers in field 100 (or 2, before 2014)
    what: 'a Caffe model',
    // oxlint-disable-next-line no-control-regex -- tags of protobuf fields
    matches: (text) => /^\n[\s\S][\x20-\x7e]*(\xa2\x06|\x12)/.test(text),
    fix: CAFFE,
  },
  {
    // nodes in field 1, each with a name and an operator
    what: 'a TensorFlow graph',
    // oxlint-disable-next-line no-control-regex -- tags of protobuf fields
    matches: (text) => /^\n[\s\S]{1,2}\n[\s\S][\x20-\x7e]+\x12/.test(text),
    fix: 'convert it: python -m tf2onnx.convert --graphdef FILE --output model.onnx',
  },
  { what: 'a text file', matches: isText, fix: 'give the model file here; a YAML belongs after --config' },
]

/** What a file is, and what then helps; undefined where nothing is recognised. */
export function kindOf(bytes: Uint8Array): Pick<Kind, 'what' | 'fix'> | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, HEAD))
  return KINDS.find(({ matches }) => matches(text, bytes))
}

/** Throw ReadError READ_NOT_ONNX where the bytes are recognisably another kind of file. */
export function refuseOtherKinds(bytes: Uint8Array, where: string): void {
  const kind = kindOf(bytes)
  if (kind)
    throw new ReadError('READ_NOT_ONNX', `the file is ${kind.what}, not an ONNX model`, { where, fix: kind.fix })
}

/** No control characters besides white space; any UTF-8. */
function isText(text: string): boolean {
  return !/[^\t\n\v\f\r\x20-\x7e\x80-\xff]/.test(text)
}
