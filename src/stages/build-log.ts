/** The lines of a build's log, in the manual's order and wording (toolchain release 1.24). */
import type { BuildConfig } from '../config/types.ts'
import type { Model } from '../ir/model.ts'
import { NODE_COLUMNS, nodeCells, type NodeRow, OUTPUT_COLUMNS, outputCells } from '../report/node-table.ts'
import { formatTable } from '../terminal/table.ts'
import type { Reporter } from '../reporter.ts'
import type { OutputComparison } from './compare.ts'
import type { QuantizedResult } from './quantize.ts'

export function logConfig(reporter: Reporter, config: BuildConfig): void {
  reporter.info('Start Model Convert....')
  for (const warning of config.warnings) reporter.warn(warning)
  const { files } = config.model
  if ('onnx' in files) reporter.info(`Using onnx model file: ${files.onnx}`)
  else {
    reporter.info(`Using prototxt file: ${files.prototxt}`)
    reporter.info(`Using caffe model file: ${files.caffemodel}`)
  }
  for (const input of config.inputs) {
    const name = input.name ?? '(first of the model)'
    reporter.info(
      `input ${name}: ${input.typeTrain} ${input.layoutTrain} in training, ${input.typeRt} ${input.layoutRt ?? ''} at run time, ${input.normType}`.replace(
        '  ',
        ' ',
      ),
    )
  }
  reporter.debug(`Dump config:\n${config.dump}`)
}

export function logInputModel(reporter: Reporter, model: Model): void {
  const { origin, graph } = model
  reporter.info('Input ONNX Model Information:')
  reporter.info(`ONNX IR version:          ${origin.irVersion}`)
  reporter.info(`Opset version:            ['ai.onnx v${origin.opset}', 'horizon v1']`)
  reporter.info(`Producer:                 ${origin.producer} ${origin.producerVersion}`.trimEnd())
  reporter.info(`Domain:                   ${origin.domain || 'None'}`)
  reporter.info(`Version:                  ${origin.modelVersion || 'None'}`)
  const list = (title: string, values: Model['graph']['inputs']): void => {
    reporter.info(title)
    for (const { name, shape, dtype } of values) {
      reporter.info(`    ${name}:             shape=[${shape?.join(', ') ?? '?'}], dtype=${dtype.toUpperCase()}`)
    }
  }
  list('Graph input:', graph.inputs)
  list('Graph output:', graph.outputs)
}

/** How much of the network is quantized, before the tables. */
export function logModelSummary(reporter: Reporter, result: QuantizedResult): void {
  const { plan, placements } = result
  const cpu = [...placements.values()].filter((placement) => placement.on === 'CPU').length
  const tails = plan.weighted.filter((unit) => unit.tail).length
  const wide = [...plan.quantizers.values()].filter((quantizer) => quantizer.levels === 32767).length
  reporter.info(
    `${plan.weighted.length} weighted operators in int8 (${tails} of them tail Convs kept in int32), ` +
      `${plan.quantizers.size} activation quantizers (${wide} int16), ${cpu} operators on the CPU`,
  )
}

export function logBuildTables(
  reporter: Reporter,
  nodes: readonly NodeRow[],
  outputs: readonly OutputComparison[],
): void {
  reporter.info('The main quantized node information:')
  for (const line of formatTable(NODE_COLUMNS, nodes.map(nodeCells))) reporter.info(line)
  reporter.info('The quantized model output:')
  for (const line of formatTable(OUTPUT_COLUMNS, outputs.map(outputCells))) reporter.info(line)
}
