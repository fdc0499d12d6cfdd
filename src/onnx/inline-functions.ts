/**
 * Model-local functions of other tools become the nodes they stand for.
 *
 * Before: y = F(x), F(a) -> b = { c = Op(a); b = Op(c) }
 * After:  F/c = Op(x); y = Op(F/c)
 *
 * Our own functions (domain `horizon`) stay: later stages know them.
 */
import { ReadError } from '../errors.ts'
import { Graph, usedValues } from '../ir/graph.ts'
import type { ModelFunction } from '../ir/model.ts'
import { type Attribute, type AttributeMap, HORIZON_DOMAIN, Node } from '../ir/node.ts'
import { convertGraph } from './convert/index.ts'
import { withInner } from './known-operators.ts'

/** Functions that call each other many times over would never end. */
const MAX_NODES = 50_000

/** Replace every call in a graph at the internal opset, in place; bodies are converted from their own opset. */
export function inlineFunctions(graph: Graph, functions: readonly ModelFunction[], opset: number): void {
  const bodies = new Map<string, ModelFunction>()
  for (const definition of functions) {
    if (definition.domain === HORIZON_DOMAIN) continue
    const name = `${definition.domain}::${definition.name}`
    if (bodies.has(name)) refuse(`there are several functions ${name}`, name)
    bodies.set(name, definition)
  }
  if (bodies.size === 0) return
  refuseCircles(bodies)
  inlineInto(graph, bodies, opset)
}

function inlineInto(graph: Graph, bodies: ReadonlyMap<string, ModelFunction>, opset: number): void {
  const taken = new Set(graph.nodes.flatMap((node) => [node.name, ...usedValues(node), ...node.outputs]))
  for (const name of [...graph.constants.keys(), ...graph.inputs.map((info) => info.name)]) taken.add(name)
  for (let calls = callsOf(graph, bodies); calls.length > 0; calls = callsOf(graph, bodies)) {
    for (const [call, definition] of calls) {
      expand(graph, call, definition, definition.opsets.get('') ?? opset, taken)
      if (graph.nodeCount > MAX_NODES) {
        refuse(`functions stand for more than ${MAX_NODES} nodes`, call.name)
      }
    }
  }
  for (const node of graph.nodes) {
    for (const attribute of node.attributes.values()) {
      if (attribute.type === 'graph') inlineInto(attribute.value, bodies, opset)
    }
  }
}

function refuseCircles(bodies: ReadonlyMap<string, ModelFunction>): void {
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) refuse(`functions call each other in circles: ${[...path, name].join(' -> ')}`, name)
    if (done.has(name)) return
    for (const { domain, opType } of bodies.get(name)?.nodes.flatMap(withInner) ?? []) {
      const callee = `${domain}::${opType}`
      if (bodies.has(callee)) visit(callee, [...path, name])
    }
    done.add(name)
  }
  for (const name of bodies.keys()) visit(name, [])
}

function callsOf(graph: Graph, bodies: ReadonlyMap<string, ModelFunction>): [Node, ModelFunction][] {
  return graph.nodes.flatMap((node): [Node, ModelFunction][] => {
    const definition = bodies.get(`${node.domain}::${node.opType}`)
    return definition ? [[node, definition]] : []
  })
}

function expand(graph: Graph, call: Node, definition: ModelFunction, opset: number, taken: Set<string>): void {
  const body = new Graph(definition.name)
  const given = new Map([...(definition.defaults ?? []), ...call.attributes])
  for (const node of definition.nodes) body.addNode(instance(node, new Map(), given, ''))
  convertGraph(body, opset)

  const names = new Map(definition.inputs.map((input, port) => [input, call.inputs[port] ?? '']))
  const passed: [string, string][] = []
  for (const [port, output] of definition.outputs.entries()) {
    const target = call.outputs[port] ?? ''
    if (target === '') continue
    if (names.has(output)) passed.push([names.get(output)!, target])
    else names.set(output, target)
  }
  for (const value of [...body.constants.keys(), ...body.nodes.flatMap((node) => node.outputs)]) {
    if (value !== '' && !names.has(value)) names.set(value, uniqueName(`${call.name}/${value}`, taken))
  }
  graph.removeNode(call)
  for (const [name, tensor] of body.constants) graph.setConstant(names.get(name)!, tensor)
  for (const node of body.nodes) {
    const added = instance(node, names, new Map(), `${call.name}/`)
    added.name = uniqueName(added.name, taken)
    graph.addNode(added)
  }
  for (const [from, to] of passed) {
    graph.addNode({ name: uniqueName(`${call.name}/${to}`, taken), opType: 'Identity', inputs: [from], outputs: [to] })
  }
}

/** A copy under other names: values by `names`, the node itself and what sub-graphs compute with the prefix. */
function instance(node: Node, names: ReadonlyMap<string, string>, caller: AttributeMap, prefix: string): Node {
  const renamed = (value: string): string => names.get(value) ?? value
  const attributes = [...node.attributes].flatMap(([name, attribute]): [string, Attribute][] => {
    if (attribute.type === 'graph') {
      return [[name, { type: 'graph', value: innerInstance(attribute.value, names, caller, prefix) }]]
    }
    if (attribute.type !== 'reference' || prefix !== '') return [[name, attribute]]
    const given = caller.get(attribute.value)
    return given ? [[name, given]] : []
  })
  return new Node({
    name: `${prefix}${node.name}`,
    opType: node.opType,
    domain: node.domain,
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
    attributes: new Map(attributes),
  })
}

function innerInstance(graph: Graph, outer: ReadonlyMap<string, string>, caller: AttributeMap, prefix: string): Graph {
  const names = new Map(outer)
  const own = [
    ...graph.inputs.map((info) => info.name),
    ...graph.constants.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]
  for (const value of own) if (value !== '') names.set(value, `${prefix}${value}`)
  const renamed = (name: string): string => names.get(name) ?? name
  const copy = new Graph(
    graph.name,
    graph.inputs.map((info) => ({ ...info, name: renamed(info.name) })),
    graph.outputs.map((info) => ({ ...info, name: renamed(info.name) })),
  )
  for (const [name, tensor] of graph.constants) copy.setConstant(renamed(name), tensor)
  for (const node of graph.nodes) copy.addNode(instance(node, names, caller, prefix))
  return copy
}

function uniqueName(stem: string, taken: Set<string>): string {
  let name = stem
  for (let i = 1; taken.has(name); i++) name = `${stem}_${i}`
  taken.add(name)
  return name
}

function refuse(message: string, where: string): never {
  throw new ReadError('READ_FUNCTION', message, {
    where,
    fix: 'export the model without functions, or inline them with onnx.inliner',
  })
}
