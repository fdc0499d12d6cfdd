/** What the two files of a Caffe model are when they are not what they should be. */
import { ReadError } from '../errors.ts'
import { kindOf } from '../onnx/looks-like.ts'

const EXCHANGED = 'the two files are exchanged: --proto takes the text, --model the weights'
/** Kinds of text a prototxt may be taken for. */
const TEXTS = ['a Caffe prototxt', 'ONNX in text form', 'a text file']

/** Text of a prototxt. Throws ReadError READ_NOT_PROTOTXT for what is recognisably something else. */
export function prototxtText(bytes: Uint8Array, file: string): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes)
  const kind = kindOf(bytes)
  if (kind && !TEXTS.includes(kind.what)) {
    const fix =
      kind.what === 'a Caffe model' ? EXCHANGED : kind.what === 'a JSON file' ? 'give the .prototxt here' : kind.fix
    throw new ReadError('READ_NOT_PROTOTXT', `the file is ${kind.what}, not a prototxt`, { where: file, fix })
  }
  if (bytes.includes(0)) {
    throw new ReadError('READ_NOT_PROTOTXT', 'the file is binary, so it is no prototxt', {
      where: file,
      fix: 'give the text that describes the net here, usually called deploy.prototxt',
    })
  }
  // comments come in any encoding; names are ASCII
  return new TextDecoder().decode(bytes)
}

/** Throw ReadError READ_CAFFEMODEL for what is recognisably no caffemodel. */
export function refuseOtherModels(bytes: Uint8Array, file: string): void {
  // the IR version, with which every ONNX file begins
  if (bytes[0] === 0x08) {
    throw new ReadError('READ_CAFFEMODEL', 'the file looks like an ONNX model, not a caffemodel', {
      where: file,
      fix: 'ONNX models need no prototxt: --model-type onnx, or onnx_model in the YAML',
    })
  }
  const kind = kindOf(bytes)
  if (!kind || kind.what === 'a Caffe model' || kind.what === 'a TensorFlow graph') return
  const fix = kind.what === 'a Caffe prototxt' ? EXCHANGED : kind.fix
  throw new ReadError('READ_CAFFEMODEL', `the file is ${kind.what}, not a caffemodel`, { where: file, fix })
}
