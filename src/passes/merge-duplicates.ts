/**
 * Equal nodes on equal inputs are one.
 *
 * Before: y = f(x); z = f(x)
 * After:  y = f(x), read in both places      (never where z is a graph output)
 */
import type { Graph } from '../ir/graph.ts'
import type { Attribute, Node } from '../ir/node.ts'
import type { Pass } from './pass.ts'

export const mergeDuplicates: Pass = {
  name: 'merge-duplicates',
  run(graph) {
    let rewrites = 0
    const seen = new Map<string, Node>()
    for (const node of graph.sorted()) {
      const key = signature(node)
      const first = key === undefined ? undefined : seen.get(key)
      if (key === undefined) continue
      if (!first) seen.set(key, node)
      else if (replace(graph, node, first)) rewrites++
    }
    return rewrites
  },
}

function signature(node: Node): string | undefined {
  const attributes = [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1))
  const texts = attributes.map(([name, attribute]) => attributeText(name, attribute))
  if (texts.includes(undefined) || node.opType.startsWith('Random')) return undefined
  return [node.domain, node.opType, node.inputs.join(), node.outputs.length, ...texts].join('|')
}

function attributeText(name: string, attribute: Attribute): string | undefined {
  if (attribute.type === 'tensor' || attribute.type === 'graph') return undefined
  return `${name}=${JSON.stringify(attribute.value)}`
}

function replace(graph: Graph, node: Node, first: Node): boolean {
  if (node.outputs.some((output) => graph.isOutput(output))) return false
  for (const [i, output] of node.outputs.entries()) graph.replaceUses(output, first.outputs[i])
  graph.removeNode(node)
  return true
}
