/** The whole journey: model and YAML to the four artefacts, with the log of the manual. */
import { mkdirSync } from 'node:fs'
import { basename } from 'node:path'
import type { BuildConfig, ResolvedInput } from '../config/types.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine } from '../engine.ts'
import { ArgumentError, ReadError } from '../errors.ts'
import { loadModel } from '../files/load-model.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import type { Model } from '../ir/model.ts'
import type { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import { inferTypes } from '../ops/infer.ts'
import { prepareModel } from '../prepare/prepare.ts'
import { toQuantizedInput } from '../prepare/quantized-input.ts'
import { costLines } from '../report/cost-lines.ts'
import { lookupLines } from '../report/look-up-lines.ts'
import { type NodeRow, nodeRows } from '../report/node-table.ts'
import type { Reporter } from '../reporter.ts'
import { openSamples } from '../samples/open.ts'
import {
  type ArtefactFacts,
  artefactName,
  artefactPath,
  type ArtefactStage,
  readFacts,
  writeFacts,
} from './artefacts.ts'
import { floatReference } from './float-reference.ts'
import { logBuildTables, logConfig, logInputModel, logModelSummary } from './build-log.ts'
import { calibrateStage, type CalibratedResult } from './calibrate.ts'
import { compareModels, type OutputComparison } from './compare.ts'
import { optimizeStage } from './optimize.ts'
import { checkNodeNames } from './node-names.ts'
import { placedInYaml } from './place-error.ts'
import { RESTARTS, type RestartStage } from './restart.ts'
import { quantizeStage, type QuantizedResult } from './quantize.ts'
import { readSourceModel } from './read.ts'
import { buildIdentity } from './build-identity.ts'
import { type BuildReport, writeReport } from './build-report.ts'
import { accuracyCosts } from './accuracy-costs.ts'
import { checkEmission } from './check-emission.ts'
import { timedLookups } from './look-up-times.ts'
import { logUnmet, precisionRequests, withRequests } from './requests.ts'
import { renderReport, savePart } from './report-page.ts'
import { thresholdHistograms } from './threshold-histograms.ts'

export interface BuildOptions {
  engine: Engine
  reporter: Reporter
  /** Start from the artefact of the stage before this one instead of from the source model. */
  from?: RestartStage | undefined
  /** Prove every pass by running the graph before and after it. */
  debug?: boolean
  /** `full` compares every element of the emitted graph with integer arithmetic; `tiles` a sample of them. */
  verify?: 'tiles' | 'full'
}

export interface BuildResult {
  /** Path of each artefact. */
  files: Record<ArtefactStage, string>
  nodes: NodeRow[]
  outputs: OutputComparison[]
  report: BuildReport
  reportFile: string
  /** The same for people: `report.html`. */
  reportPage: string
}

/**
 * Build. Artefacts appear whole or not at all; other files in `working_dir` are left alone.
 * Throws OpenMapperError; mistakes in the YAML with file:line:column.
 */
export async function buildModel(config: BuildConfig, options: BuildOptions): Promise<BuildResult> {
  try {
    return await build(config, options)
  } catch (error) {
    throw placedInYaml(error, config)
  }
}

async function build(config: BuildConfig, options: BuildOptions): Promise<BuildResult> {
  const { reporter, engine } = options
  const started = Date.now()
  const { prefix, workingDir, march } = config.model
  logConfig(reporter, config)
  mkdirSync(workingDir, { recursive: true })
  const save = (model: Model, stage: ArtefactStage): void => {
    saveFileAtomic(artefactPath(workingDir, prefix, stage), writeOnnx(model))
    reporter.info(`Saving model to: ${artefactName(prefix, stage)}.`)
  }
  const first = firstStage(options.from)

  let facts: ArtefactFacts
  let current: Model
  let samples: SampleSource | undefined
  let sourceNodes: ReadonlySet<string> = new Set()
  const openData = (inputs: readonly ResolvedInput[]): SampleSource =>
    (samples ??= openSamples(inputs, config.calibration, reporter))

  reporter.info('Start to Horizon NN Model Convert.')
  if (first === 0) {
    const source = readSourceModel(config, reporter)
    sourceNodes = new Set(source.model.graph.nodes.map((node) => node.name))
    facts = { stage: 'original', march, inputs: source.inputs }
    // Wrong calibration data are found before minutes of work, not after.
    openData(facts.inputs)
    reporter.info(`The specified model compilation architecture: ${march}.`)
    reporter.info('Start to prepare the onnx model.')
    logInputModel(reporter, source.model)
    current = prepareModel(source.model, source.inputs)
    inferTypes(current.graph)
    writeFacts(current, facts)
    reporter.info('End to prepare the onnx model.')
    save(current, 'original')
  } else {
    current = loadArtefact(artefactPath(workingDir, prefix, STAGE_ORDER[first - 1]), options.from!)
    facts = readFacts(current)!
    inferTypes(current.graph)
  }
  if (first <= 1) {
    reporter.info('Start to optimize the onnx model.')
    current = await optimizeStage(current, { engine, reporter, debug: options.debug ?? false })
    writeFacts(current, { ...facts, stage: 'optimized' })
    reporter.info('End to optimize the onnx model.')
    save(current, 'optimized')
  }
  const optimized = first <= 2 ? current : loadArtefact(artefactPath(workingDir, prefix, 'optimized'), options.from!)
  let calibration: CalibratedResult | undefined
  if (first <= 2) {
    checkNodeNames(config.model.int16Nodes, 'model_parameters.node_info', sourceNodes, current.graph, reporter)
    const { runOnCpu } = config.calibration
    checkNodeNames(runOnCpu, 'calibration_parameters.run_on_cpu', sourceNodes, current.graph, reporter)
    facts = { ...facts, cpuNodes: runOnCpu }
    const data = openData(facts.inputs)
    reporter.info('Start to calibrate the model.')
    reporter.info(`There are ${data.count} samples in the data set.`)
    calibration = await calibrateStage(current, facts, data, {
      engine,
      calibration: config.calibration,
      int16Nodes: config.model.int16Nodes,
      reporter,
    })
    current = calibration.calibrated
    const { cpuNodes, afterOnly } = readFacts(current)!
    facts = { ...facts, cpuNodes, afterOnly }
    reporter.info('End to calibrate the model.')
    save(current, 'calibrated')
  }
  if (first === 4) current = loadArtefact(artefactPath(workingDir, prefix, 'calibrated'), options.from!)
  reporter.info('Start to quantize the model.')
  const result = quantizeStage(current, facts)
  const feeds = await openData(facts.inputs).read(0)
  const quantizedFeeds = toQuantizedFeeds(feeds, facts)
  await checkEmission(result.quantized, quantizedFeeds, { engine, reporter, full: options.verify === 'full' })
  reporter.info('End to quantize the model.')
  if (first <= 3) save(result.quantized, 'quantized')

  logModelSummary(reporter, result)
  inferTypes(optimized.graph)
  const reference = floatReference(optimized, current, facts)
  const comparison = await compareModels(
    engine,
    result.optimized,
    reference,
    result.plan,
    result.quantized,
    feeds,
    quantizedFeeds,
  )
  const rows = nodeRows(result.optimized.graph, result.plan, result.placements, result.calibration, comparison)
  const requests = precisionRequests(rows, config, calibration?.unmet)
  const nodes = withRequests(rows, requests)
  logBuildTables(reporter, nodes, comparison.outputs)
  logUnmet(reporter, requests)
  const doubts = samples?.doubts ?? []
  const choice = calibration?.choice
  const lookups = await timedLookups(engine, result, facts, choice?.search?.lookups ?? [], feeds)
  if (lookups) for (const line of lookupLines(lookups)) reporter.info(line)
  const costs =
    choice &&
    accuracyCosts({
      config,
      choice,
      graph: result.optimized.graph,
      plan: result.plan,
      nodeNames: new Set(optimized.graph.nodes.map((node) => node.name)),
      samples: openData(facts.inputs).count,
      calibratedModel: artefactPath(workingDir, prefix, 'calibrated'),
    })
  if (costs) for (const line of costLines(costs)) reporter.info(line)
  const identity = options.from === undefined ? buildIdentity(config) : undefined
  const rest = { identity, nodes, requests, costs, lookups }
  const { report, path } = writeReport(config, facts, result, choice, rest, comparison.outputs, started, doubts)
  const folder = { workingDir, prefix }
  if (choice) savePart(folder, 'histograms', { tensors: thresholdHistograms(choice, result) })
  const reportPage = renderReport(folder)
  logEnd(reporter, config, result)
  const file = (stage: ArtefactStage): string => artefactPath(workingDir, prefix, stage)
  return {
    files: {
      original: file('original'),
      optimized: file('optimized'),
      calibrated: file('calibrated'),
      quantized: file('quantized'),
    },
    nodes,
    outputs: comparison.outputs,
    report,
    reportFile: path,
    reportPage,
  }
}

const STAGE_ORDER: readonly ArtefactStage[] = ['original', 'optimized', 'calibrated', 'quantized']

/** Index of the first stage to run: 0 prepare, 1 optimize, 2 calibrate, 3 quantize, 4 tables only. */
function firstStage(from: RestartStage | undefined): number {
  return from === undefined ? 0 : RESTARTS.indexOf(from) + 1
}

function loadArtefact(path: string, from: RestartStage): Model {
  const model = loadModel(path)
  if (!readFacts(model)) {
    throw new ReadError(
      'READ_NOT_AN_ARTEFACT',
      `${basename(path)} was not written by openmapper, so --from ${from} cannot use it`,
      {
        where: path,
        fix: 'build once without --from',
      },
    )
  }
  return model
}

/** The quantized model's feeds for a middle-type sample. */
function toQuantizedFeeds(feeds: ReadonlyMap<string, Tensor>, facts: ArtefactFacts): Map<string, Tensor> {
  return new Map(
    [...feeds].map(([name, tensor]) => {
      const input = facts.inputs.find((candidate) => candidate.name === name)
      if (!input)
        throw new ArgumentError('ARGUMENT_UNKNOWN_INPUT', `the model has no input '${name}'`, {
          fix: 'rebuild without --from',
        })
      return [name, toQuantizedInput(tensor, input, facts.march)]
    }),
  )
}

function logEnd(reporter: Reporter, config: BuildConfig, result: QuantizedResult): void {
  reporter.info('End to Horizon NN Model Convert.')
  reporter.info(`ONNX model output num : ${result.quantized.graph.outputs.length}`)
  reporter.info('Step compile: this version writes no .bin; the quantized ONNX model is the result.')
  reporter.info(`Quantized model saved: ${artefactPath(config.model.workingDir, config.model.prefix, 'quantized')}`)
  reporter.info('End Model Convert')
}
