/** HzPreprocess as model-local functions, so that every artefact opens in any ONNX runtime. */
import { INTERNAL_OPSET, type ModelFunction } from '../ir/model.ts'
import { HORIZON_DOMAIN, ints, Node } from '../ir/node.ts'

const opsets = new Map([['', INTERNAL_OPSET]])
const common = {
  domain: HORIZON_DOMAIN,
  inputs: ['x', 'weight', 'bias'],
  outputs: ['y'],
  attributes: ['data_format', 'input_type'],
  opsets,
}

/** y = Conv 1x1 (x), channels on axis 1. */
export const PREPROCESS_FUNCTION: ModelFunction = {
  ...common,
  name: 'HzPreprocess',
  nodes: [new Node({ name: 'conv', opType: 'Conv', inputs: ['x', 'weight', 'bias'], outputs: ['y'] })],
}

/** The same for channels last: Transpose, Conv, Transpose. */
export const PREPROCESS_NHWC_FUNCTION: ModelFunction = {
  ...common,
  name: 'HzPreprocessNHWC',
  nodes: [
    transpose('x', 'x_nchw', [0, 3, 1, 2]),
    new Node({ name: 'conv', opType: 'Conv', inputs: ['x_nchw', 'weight', 'bias'], outputs: ['y_nchw'] }),
    transpose('y_nchw', 'y', [0, 2, 3, 1]),
  ],
}

function transpose(from: string, to: string, perm: readonly number[]): Node {
  return new Node({
    name: `transpose_${to}`,
    opType: 'Transpose',
    inputs: [from],
    outputs: [to],
    attributes: { perm: ints(perm) },
  })
}
