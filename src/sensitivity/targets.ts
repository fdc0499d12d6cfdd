/** What can be quantized alone in a calibrated model: an ordinary node, a weight, an activation. */
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import { CALIBRATION_OP } from '../quantize/calibration-node.ts'

/** As the manual's debugger names them. */
export const TARGET_KINDS = ['node', 'weight', 'activation'] as const
export type TargetKind = (typeof TARGET_KINDS)[number]

/** One fake-quantized value and the nodes that shall read it. */
export interface Insertion {
  calibration: Node
  readers: readonly { node: string; port: number }[]
}

export interface Target {
  /** Of the node, or of its calibration node: `<tensor>_HzCalibration`. */
  name: string
  kind: TargetKind
  /** The quantized tensor of a weight or activation. */
  tensor: string | undefined
  /** Of an activation. */
  threshold: number | undefined
  bits: number | undefined
  insertions: readonly Insertion[]
}

/** Targets of a kind in topological order. */
export function listTargets(calibrated: Graph, kind: TargetKind): Target[] {
  return calibrated.sorted().flatMap((node): Target[] => {
    if (kind === 'node') return isCalibration(node) ? [] : nodeTarget(calibrated, node)
    if (!isCalibration(node) || isWeight(node) !== (kind === 'weight')) return []
    const readers = calibrated.consumers(node.outputs[0]).flatMap((reader) => portsReading(reader, node.outputs[0]))
    return [
      {
        name: node.name,
        kind,
        tensor: node.inputs[0],
        threshold: kind === 'activation' ? node.floats('thresholds')![0] : undefined,
        bits: node.int('bits', 8),
        insertions: [{ calibration: node, readers }],
      },
    ]
  })
}

/** A node with everything it reads in quantized form; none where nothing is. */
function nodeTarget(calibrated: Graph, node: Node): Target[] {
  const calibrations = new Set(node.inputs.flatMap((input) => calibrated.producer(input) ?? []).filter(isCalibration))
  if (calibrations.size === 0) return []
  const insertions = [...calibrations].map((calibration) => ({
    calibration,
    readers: portsReading(node, calibration.outputs[0]),
  }))
  return [{ name: node.name, kind: 'node', tensor: undefined, threshold: undefined, bits: undefined, insertions }]
}

function isCalibration(node: Node): boolean {
  return node.domain === HORIZON_DOMAIN && node.opType === CALIBRATION_OP
}

function isWeight(calibration: Node): boolean {
  return calibration.int('axis', -1) >= 0
}

function portsReading(node: Node, value: string): { node: string; port: number }[] {
  return node.inputs.flatMap((input, port) => (input === value ? [{ node: node.name, port }] : []))
}
