"""Models and numbers made by other tools than ours. Run: /usr/bin/python3 make_onnx.py (onnx 1.12, numpy)."""
import json
from pathlib import Path
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

here = Path(__file__).parent
rng = np.random.default_rng(1)


def half_model():
    """float16 throughout, opset 12: Conv, Clip with constant bounds, Cast there and back, MatMul, Constant."""
    def half(name, values):
        return numpy_helper.from_array(np.asarray(values, np.float16), name)
    bias = helper.make_tensor('b', TensorProto.FLOAT16, [4], np.array([0.5, -1, 0, 2], np.float16).view(np.uint16).tolist())
    nodes = [
        helper.make_node('Conv', ['x', 'w', 'b'], ['c'], 'conv'),
        helper.make_node('Clip', ['c', 'low', 'high'], ['r'], 'clip'),
        helper.make_node('Cast', ['r'], ['f'], 'cast', to=TensorProto.FLOAT),
        helper.make_node('Cast', ['f'], ['h'], 'back', to=TensorProto.FLOAT16),
        helper.make_node('Reshape', ['h', 'shape'], ['m'], 'reshape'),
        helper.make_node('MatMul', ['m', 'square'], ['p'], 'matmul'),
        helper.make_node('Constant', [], ['k'], 'constant', value=half('value', [[1, 2, 3, 4]])),
        helper.make_node('Mul', ['p', 'k'], ['y'], 'mul'),
    ]
    graph = helper.make_graph(
        nodes, 'half',
        [helper.make_tensor_value_info('x', TensorProto.FLOAT16, [1, 2, 5, 5])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT16, [9, 4])],
        [half('w', rng.normal(size=(4, 2, 3, 3))), bias, half('low', -3), half('high', 3),
         numpy_helper.from_array(np.array([9, 4], np.int64), 'shape'), half('square', np.eye(4) * 0.5)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 12)], ir_version=7)


def fields_model():
    """One constant of each element type, in its typed field and as raw data; each is an output."""
    values = {'FLOAT': [1.5, -2], 'DOUBLE': [1.5, -2], 'INT8': [-128, 127], 'UINT8': [0, 255], 'INT16': [-32768, 32767],
              'UINT16': [0, 65535], 'INT32': [-2**31, 2**31 - 1], 'UINT32': [0, 2**32 - 1], 'INT64': [-2**63, 2**63 - 1],
              'UINT64': [0, 2**64 - 1], 'BOOL': [0, 1]}
    tensors, nodes, outputs = [], [], []
    for kind, numbers in values.items():
        number = getattr(TensorProto, kind)
        array = np.array(numbers, helper.mapping.TENSOR_TYPE_TO_NP_TYPE[number])
        for form, tensor in [('typed', helper.make_tensor(kind + '_typed', number, [2], numbers)),
                             ('raw', numpy_helper.from_array(array, kind + '_raw'))]:
            tensors.append(tensor)
            nodes.append(helper.make_node('Identity', [tensor.name], [f'{kind}_{form}_out'], f'{kind}_{form}'))
            outputs.append(helper.make_tensor_value_info(f'{kind}_{form}_out', number, [2]))
    graph = helper.make_graph(nodes, 'fields', [], outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=7)


save(half_model(), here / 'half.onnx')
save(fields_model(), here / 'fields.onnx')
words = np.array([0, 0x8000, 1, 0x8001, 0x3ff, 0x400, 0x3c00, 0x3c01, 0xbc00, 0x7bff, 0xfbff, 0x3555, 0x5140, 0x7c00, 0xfc00], np.uint16)
upper = np.array([0, 0x8000, 1, 0x80, 0x3f80, 0x3f81, 0xbf80, 0x7f7f, 0x4049, 0x7f80, 0xff80], np.uint16)
text = lambda array: [repr(float(value)) for value in array]
(here / 'words.json').write_text(json.dumps({
    'float16': {'words': words.tolist(), 'values': text(words.view(np.float16))},
    'bfloat16': {'words': upper.tolist(), 'values': text((upper.astype(np.uint32) << 16).view(np.float32))},
}, indent=1) + '\n')
