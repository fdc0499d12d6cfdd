/** Types and shapes of every value of a graph. */
import { GraphError, ReadError } from '../errors.ts'
import type { Dim, Graph, ValueInfo, ValueType } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { checkOperands } from './check-operands.ts'
import { propagateConstant } from './propagate.ts'
import { ShapeContext, Unknown } from './shape/context.ts'
import { shapeFunction } from './shape/index.ts'

/** Constants that follow from shapes alone, by value name. */
export type PropagatedConstants = ReadonlyMap<string, Tensor>

/**
 * Fill `graph.types` for every value an operator computes. Values of operators we do not know stay untyped.
 * Returns the constants found on the way (shape sub-graphs). Throws GraphError GRAPH_SHAPE, GRAPH_MISSING_INPUT or
 * GRAPH_TYPE_CONFLICT when a node breaks a rule.
 */
export function inferTypes(graph: Graph): PropagatedConstants {
  const constants = new Map<string, Tensor>()
  graph.types.clear()
  const outputs = new Map(graph.outputs.map((info) => [info.name, info]))
  for (const node of graph.sorted()) inferNode(graph, node, constants, outputs)
  return constants
}

/**
 * Fill `graph.types` for what one node computes, its inputs being typed; for graphs that grow node by node, which must know
 * shapes on the way.
 *
 * @param constants values that follow from shapes alone; those of this node are added
 * @param outputs the graph's outputs by name
 */
export function inferNode(
  graph: Graph,
  node: Node,
  constants = new Map<string, Tensor>(),
  outputs: ReadonlyMap<string, ValueInfo> = new Map(),
): void {
  const constantOf = (value: string): Tensor | undefined => graph.constant(value) ?? constants.get(value)
  const types = node.inputs.map((input) => (input === '' ? undefined : typeOf(graph, outputs, input)))
  checkOperands(node, types)
  const infer = shapeFunction(node)
  if (!infer) return
  const inputs = node.inputs.map((input) => (input === '' ? undefined : constantOf(input)))
  const inferred = attempt(() => infer(new ShapeContext(node, types, inputs)))
  for (const [i, output] of node.outputs.entries()) {
    const type = inferred?.[i]
    if (output === '' || !type) continue
    if (type.shape?.some((dim) => typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0))) {
      refuseShape(node, type.shape)
    }
    graph.types.set(output, type)
    const info = outputs.get(output)
    if (info && info.dtype !== type.dtype) refuseDeclaration(output, info.dtype, type.dtype, node.name)
    if (info && type.shape) Object.assign(info, type)
  }
  const value = shapeValue(graph, node.opType, node.inputs[0], node.int('start', 0), node.int('end', Infinity))
  const constant = node.is('Constant') ? constantValue(node) : (value ?? propagateConstant(node, inputs, inferred?.[0]))
  if (constant) constants.set(node.outputs[0], constant)
}

function refuseShape(node: Node, shape: readonly Dim[]): never {
  throw new GraphError('GRAPH_SHAPE', `${node.opType} '${node.name}' would compute the shape [${shape.join(', ')}]`, {
    where: node.name,
    fix: 'the model contradicts itself: check the input shape given, or export it again',
  })
}

function refuseDeclaration(output: string, declared: string, inferred: string, where: string): never {
  throw new GraphError(
    'GRAPH_TYPE_CONFLICT',
    `output '${output}' is declared ${declared}, but computed as ${inferred}`,
    {
      where,
      fix: 'export the model again; a Cast before the output gives it the declared type',
    },
  )
}

/** The declared type of an output must not stand in for an inferred one. */
function typeOf(graph: Graph, outputs: ReadonlyMap<string, unknown>, value: string): ValueType | undefined {
  return outputs.has(value) && graph.producer(value) ? graph.types.get(value) : graph.type(value)
}

function attempt<T>(infer: () => T): T | undefined {
  try {
    return infer()
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

/** The tensor of a Constant node. */
export function constantValue(
  node: { tensor(name: string): Tensor | undefined } & Parameters<typeof scalarValue>[0],
): Tensor | undefined {
  return node.tensor('value') ?? scalarValue(node)
}

function scalarValue(node: {
  attributes: ReadonlyMap<string, { type: string; value: unknown }>
  floats(name: string): readonly number[] | undefined
  ints(name: string): readonly number[] | undefined
}): Tensor | undefined {
  const floats = node.floats('value_floats')
  if (floats) return Tensor.float32([floats.length], [...floats])
  const ints = node.ints('value_ints')
  if (ints) return Tensor.int64([ints.length], ints)
  const float = node.attributes.get('value_float')
  if (float) return Tensor.float32([], [Number(float.value)])
  const int = node.attributes.get('value_int')
  return int && Tensor.int64([], [Number(int.value)])
}

/** Value of Shape and Size where the input's dimensions are all known. */
function shapeValue(graph: Graph, opType: string, input: string, start: number, end: number): Tensor | undefined {
  if (opType !== 'Shape' && opType !== 'Size') return undefined
  const shape = graph.shape(input)
  if (!shape) return undefined
  if (opType === 'Size') return Tensor.int64([], [shape.reduce((a, b) => a * b, 1)])
  const part = shape.slice(start, end === Infinity ? undefined : end)
  return Tensor.int64([part.length], part)
}

/** Names of inputs with open dimensions. */
export function openInputs(graph: Graph): string[] {
  return graph.inputs.filter((info) => !info.shape?.every((dim) => typeof dim === 'number')).map((info) => info.name)
}

/**
 * Give inputs fixed shapes. An open batch dimension alone becomes 1; the names of inputs where that was done are returned.
 * Throws ReadError for unknown names, wrong ranks, impossible numbers, and dimensions that stay open.
 */
export function fixInputShapes(graph: Graph, shapes: ReadonlyMap<string, readonly number[]>): string[] {
  const named = new Map<string, number>()
  for (const [name, shape] of shapes) {
    const info = graph.inputs.find((input) => input.name === name)
    if (!info) {
      throw new ReadError('READ_UNKNOWN_INPUT', `the model has no input named '${name}'`, {
        where: name,
        fix: `its inputs are: ${graph.inputs.map((input) => input.name).join(', ')}`,
      })
    }
    if (info.shape && info.shape.length !== shape.length) {
      throw new ReadError(
        'READ_INPUT_RANK',
        `input '${name}' has ${info.shape.length} dimensions [${info.shape.join(', ')}], but the shape given is ${shape.join('x')}`,
        {
          where: name,
          fix: `give ${info.shape.length} numbers, like ${info.shape.map((dim) => (typeof dim === 'number' ? dim : 1)).join('x')}`,
        },
      )
    }
    if (!shape.every((dim) => Number.isSafeInteger(dim) && dim > 0)) {
      throw new ReadError('READ_INPUT_SHAPE', `the shape ${shape.join('x')} given for input '${name}' is impossible`, {
        where: name,
        fix: 'give whole numbers of at least 1',
      })
    }
    for (const [axis, dim] of (info.shape ?? []).entries()) if (typeof dim === 'string') named.set(dim, shape[axis])
    info.shape = shape
  }
  const defaulted: string[] = []
  for (const info of graph.inputs) {
    // inputs that share the name of a dimension share its size
    info.shape = info.shape?.map((dim) => (typeof dim === 'string' ? (named.get(dim) ?? dim) : dim))
    if (
      info.shape &&
      typeof info.shape[0] === 'string' &&
      info.shape.slice(1).every((dim) => typeof dim === 'number')
    ) {
      info.shape = [1, ...info.shape.slice(1)]
      defaulted.push(info.name)
    }
  }
  const [open] = openInputs(graph)
  if (open !== undefined) {
    const shape = graph.inputs.find((info) => info.name === open)?.shape
    const example = shape ? exampleShape(shape).join('x') : '1x3x224x224'
    throw new ReadError(
      'READ_DYNAMIC_SHAPE',
      `The shape of model input:${open} is [${shape?.join(', ') ?? 'unknown'}] which has dimensions of 0. Please specify input-shape parameter.`,
      {
        where: open,
        detail: 'the model leaves these dimensions open (dynamic axes); an accelerator needs fixed ones',
        fix: `--input-shape ${open} ${example}   or in the YAML   input_shape: ${example}`,
      },
    )
  }
  return defaulted
}

/** Plausible sizes for open dimensions; colours stand last where the file says 1 or 3 there. */
function exampleShape(shape: readonly Dim[]): number[] {
  const channelsLast = shape.length === 4 && (shape[3] === 1 || shape[3] === 3) && shape[1] !== 1 && shape[1] !== 3
  const usual = channelsLast ? [1, 224, 224, 3] : [1, 3, 224, 224]
  return shape.map((dim, axis) => (typeof dim === 'number' ? dim : (usual[axis] ?? 1)))
}
