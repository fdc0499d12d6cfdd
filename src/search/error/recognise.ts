/**
 * Which output is what: by the graph behind it, and where that leaves a choice, by the float network's results. No model is known
 * by name; whoever knows better says so (`kinds`).
 *
 * - ArgMax, or a Softmax over many cells: a class map. A Softmax over one: a classifier.
 * - A branch through Sigmoid is scores. Raw channels with a median below -3 are logits of scores: most anchors of a detector are
 *   empty. What has as many cells as scores is boxes.
 * - One vector: a classifier, perhaps. One map of at least four channels: logits of a segmentation.
 * - Anything else: relative squared error.
 */
import type { Graph } from '../../ir/graph.ts'
import { channelLayout, channelMedians, guessChannelAxis } from './channels.ts'
import { classMapMeasure } from './class-map.ts'
import { classifierMeasure } from './classifier.ts'
import { type Channels, type DetectionGroup, detectorMeasures } from './detector.ts'
import { type Leaf, outputLeaves } from './leaves.ts'
import type { Measure, OutputKind, Values } from './measure.ts'
import { relativeMeasure } from './relative.ts'
import { withObjectness } from './scores.ts'

/** Raw channels with a smaller median are logits of scores. */
const LOGIT_MEDIAN = -3
/** A box takes at least this many channels; fewer between scores are scores themselves. */
const BOX_CHANNELS = 4
/** A lone map with fewer channels is a picture, a flow or a depth rather than logits of classes. */
const LEAST_CLASSES = 4

/** What somebody says about outputs, by name. */
export type OutputKinds = ReadonlyMap<string, OutputKind>

interface JudgedLeaf extends Leaf {
  channelAxis: number
  cells: number
  channels: number
}

/** Values that must be computed to recognise and judge the outputs of a graph (types inferred). */
export function judgedValues(graph: Graph): string[] {
  const leaves = graph.outputs.flatMap((info) => outputLeaves(graph, info.name))
  return [...new Set(leaves.flatMap((leaf) => [leaf.value, ...(leaf.probabilities ? [leaf.probabilities] : [])]))]
}

/**
 * The measures of a graph's outputs.
 *
 * @param expected results of the float network (`judgedValues`) on some samples
 * @param kinds outputs that somebody knows the kind of
 */
export function recogniseOutputs(
  graph: Graph,
  expected: readonly Values[],
  kinds: OutputKinds = new Map<string, OutputKind>(),
): Measure[] {
  const aspect = inputAspect(graph)
  const leaves = new Map<string, JudgedLeaf>()
  for (const { name } of graph.outputs) {
    for (const leaf of outputLeaves(graph, name)) {
      const channelAxis = leaf.axis ?? guessChannelAxis(leaf.shape, aspect)
      const { cells, channels } = channelLayout(leaf.shape, channelAxis)
      if (!leaves.has(leaf.value)) leaves.set(leaf.value, { ...leaf, channelAxis, cells, channels })
    }
  }
  const measures: Measure[] = []
  const open: JudgedLeaf[] = []
  const detected: JudgedLeaf[] = []
  const all = [...leaves.values()]
  for (const leaf of all) {
    const kind = kinds.get(leaf.output)
    if (kind === 'detector') detected.push(leaf)
    else if (kind !== undefined) measures.push(measureOf(kind, leaf))
    else if (leaf.ending === 'argmax') measures.push(classMapOrClasses(leaf))
    else if (leaf.ending === 'softmax' && !hasSibling(leaf, all)) measures.push(classMapOrClasses(leaf))
    else open.push(leaf)
  }
  const isSole = open.length === 1 && measures.length === 0
  const detection = detectionGroups([...open, ...detected], expected, isSole)
  if (detection.groups.length > 0) measures.push(...detectorMeasures(detection.groups, expected))
  for (const leaf of open) if (!detection.used.has(leaf)) measures.push(plainMeasure(leaf, isSole))
  return measures
}

/** Another value with as many cells: boxes beside scores. */
function hasSibling(leaf: JudgedLeaf, all: readonly JudgedLeaf[]): boolean {
  return leaf.cells > 1 && all.some((other) => other !== leaf && other.cells === leaf.cells)
}

function classMapOrClasses({ value, channelAxis, cells }: JudgedLeaf): Measure {
  return cells > 1 ? classMapMeasure(value, channelAxis) : classifierMeasure(value, true)
}

function measureOf(kind: OutputKind, { value, channelAxis }: JudgedLeaf): Measure {
  if (kind === 'classifier') return classifierMeasure(value, true)
  return kind === 'class-map' ? classMapMeasure(value, channelAxis) : relativeMeasure(value, channelAxis)
}

function plainMeasure({ value, channelAxis, cells, channels }: JudgedLeaf, isSole: boolean): Measure {
  if (cells === 1 && channels > 1) return classifierMeasure(value, false)
  if (isSole && cells > 1 && channels >= LEAST_CLASSES) return classMapMeasure(value, channelAxis)
  return relativeMeasure(value, channelAxis)
}

/** Leaves of a detector, cell by cell; none where nothing looks like scores. */
function detectionGroups(
  leaves: readonly JudgedLeaf[],
  expected: readonly Values[],
  isSole: boolean,
): { groups: DetectionGroup[]; used: Set<JudgedLeaf> } {
  const used = new Set<JudgedLeaf>()
  const groups: DetectionGroup[] = []
  const byCells = new Map<number, JudgedLeaf[]>()
  for (const leaf of leaves) byCells.set(leaf.cells, [...(byCells.get(leaf.cells) ?? []), leaf])
  for (const members of byCells.values()) {
    const scores: DetectionGroup['scores'][number][] = []
    const boxes: Channels[] = []
    for (const leaf of members) {
      const whole: Channels = { value: leaf.value, axis: leaf.channelAxis, first: 0, count: leaf.channels }
      if (leaf.ending === 'sigmoid') scores.push({ ...whole, isLogit: false })
      else if (leaf.ending === 'softmax' && leaf.probabilities !== undefined)
        scores.push({ ...whole, value: leaf.probabilities, isLogit: false, isSoftmax: true })
      else {
        const runs = leaf.cells > 1 ? channelRuns(leaf, expected) : []
        if (runs.length === 1 && runs[0].isScore) scores.push({ ...whole, isLogit: true })
        else if (runs.length > 1 && (!isSole || isPeriodic(runs))) groups.push(...anchorGroups(whole, runs, used, leaf))
        else boxes.push(whole)
      }
    }
    if (scores.length === 0) continue
    groups.push({ scores, boxes })
    for (const leaf of members) used.add(leaf)
  }
  // A lone map of logits below -3 is a segmentation with rare classes.
  const isLoneMap = isSole && groups.length === 1 && groups[0].boxes.length === 0 && groups[0].scores[0].isLogit
  return isLoneMap
    ? { groups: [], used: new Set() }
    : { groups: groups.map((group) => withObjectness(group, expected)), used }
}

interface Run {
  isScore: boolean
  first: number
  count: number
}

/** Consecutive channels of one kind. */
function channelRuns(leaf: JudgedLeaf, expected: readonly Values[]): Run[] {
  const medians = channelMedians(
    expected.map((values) => values.get(leaf.value)!),
    leaf.channelAxis,
  )
  const merge = (isScore: readonly boolean[]): Run[] => {
    const runs: Run[] = []
    for (const [channel, score] of isScore.entries()) {
      const last = runs.at(-1)
      if (last?.isScore === score) last.count++
      else runs.push({ isScore: score, first: channel, count: 1 })
    }
    return runs
  }
  const scores = medians.map((median) => median < LOGIT_MEDIAN)
  if (!scores.includes(true)) return merge(scores)
  for (const run of merge(scores)) {
    if (!run.isScore && run.count < BOX_CHANNELS) scores.fill(true, run.first, run.first + run.count)
  }
  return merge(scores)
}

/** Several anchors: the same boxes and scores again and again. A single one looks like common and rare classes. */
function isPeriodic(runs: readonly Run[]): boolean {
  const [boxes, scores] = [runs.filter((run) => !run.isScore), runs.filter((run) => run.isScore)]
  const isEven = (list: readonly Run[]): boolean => list.every((run) => run.count === list[0].count)
  return boxes.length > 1 && boxes.length === scores.length && isEven(boxes) && isEven(scores)
}

/** One group per anchor: a run of scores with the run of boxes before it (or behind it, where scores come first). */
function anchorGroups(
  whole: Channels,
  runs: readonly Run[],
  used: Set<JudgedLeaf>,
  leaf: JudgedLeaf,
): DetectionGroup[] {
  used.add(leaf)
  const isScoreFirst = runs[0].isScore
  return runs.flatMap((run, i) => {
    if (!run.isScore) return []
    const box = isScoreFirst ? runs[i + 1] : runs[i - 1]
    const part = ({ first, count }: Run): Channels => ({ ...whole, first, count })
    return [{ scores: [{ ...part(run), isLogit: true }], boxes: box ? [part(box)] : [] }]
  })
}

/** Height / width of the first picture input; undefined where none has four dimensions. */
function inputAspect(graph: Graph): number | undefined {
  for (const info of graph.inputs) {
    const shape = graph.shape(info.name)
    if (shape?.length !== 4) continue
    return shape[1] <= 4 ? shape[2] / shape[3] : shape[1] / shape[2]
  }
  return undefined
}
