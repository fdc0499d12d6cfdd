/**
 * The public API: read, check, build, run and evaluate from a program.
 *
 * @example
 * import { buildModel, loadConfigFile, onnxEngine, silent } from 'openmapper'
 * const result = await buildModel(loadConfigFile('model_config.yaml'), { engine: onnxEngine(2), reporter: silent })
 * console.log(result.report.verdict.meaning, result.files.quantized)
 */
export type { Card } from './cards/card.ts'
export { loadCard } from './cards/load.ts'
export type { BuildConfig, InputConfig, March, ResolvedInput } from './config/types.ts'
export type { Engine, EngineSession, OptimizationLevel } from './engine.ts'
export { OpenMapperError } from './errors.ts'
export { loadModel } from './files/load-model.ts'
export { Graph, type ValueInfo } from './ir/graph.ts'
export type { Model } from './ir/model.ts'
export { Node } from './ir/node.ts'
export { Tensor } from './ir/tensor.ts'
export { readOnnx } from './onnx/read.ts'
export { writeOnnx } from './onnx/write.ts'
export { fixInputShapes, inferTypes } from './ops/infer.ts'
export { type Reporter, silent } from './reporter.ts'
export { onnxEngine } from './runtime/engine.ts'
export { openSession, Session } from './runtime/session.ts'
export { buildModel, type BuildOptions, type BuildResult } from './stages/build.ts'
export { checkModel, type CheckOptions, type CheckResult } from './stages/check.ts'
export { evaluateModel, type EvaluateOptions, type EvaluationResult } from './stages/evaluate.ts'
export { inferPicture, type InferOptions, type InferResult } from './stages/infer.ts'
export { loadConfigFile } from './stages/load-config-file.ts'
export { preprocessImages, type PreprocessOptions } from './stages/preprocess.ts'
export { VERSION } from './version.ts'
