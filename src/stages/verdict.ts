/** One sentence for the user: is the quantized model good, and what to type when it is not. */
import type { Choice } from '../calibrate/choose.ts'
import type { OutputComparison } from './compare.ts'

export interface Verdict {
  /** Lowest similarity over the outputs on the first calibration sample. */
  similarity: number
  level: 'good' | 'fair' | 'poor'
  meaning: string
  next: string
}

/** Rules of thumb of the manual: >= 0.99 is normal, < 0.8 a clear loss. */
const GOOD = 0.99
const POOR = 0.8

/** @param doubts what looks wrong about the calibration data, on which the similarity was measured too */
export function verdictOf(
  outputs: readonly OutputComparison[],
  choice: Choice | undefined,
  doubts: readonly string[] = [],
): Verdict {
  const similarity = Math.min(1, ...outputs.map((output) => output.similarity))
  const measure = outputs.some((output) => output.integer) ? 'similarity' : 'cosine'
  const figure = `lowest output ${measure} ${similarity.toFixed(4)}`
  if (doubts.length > 0) {
    return {
      similarity,
      level: similarity >= POOR ? 'fair' : 'poor',
      meaning: `${figure}, measured on doubtful calibration data (${doubts[0]})`,
      next: 'calibrate with real samples of the task first: with others, thresholds and this figure mean nothing',
    }
  }
  if (similarity >= GOOD) {
    return {
      similarity,
      level: 'good',
      meaning: `${figure}: the quantized model follows the float model; the loss on the task is usually below 1 %`,
      next: 'measure it on labelled data: openmapper evaluate --help',
    }
  }
  const steps = nextSteps(choice)
  if (similarity >= POOR) {
    return {
      similarity,
      level: 'fair',
      meaning: `${figure}: some loss is likely; only the task's metric tells how much`,
      next: `evaluate first (openmapper evaluate --help); if the loss is too high: ${steps}`,
    }
  }
  return {
    similarity,
    level: 'poor',
    meaning: `${figure}: a clear loss; often wrong preprocessing (mean, scale, colour order) or unsuitable calibration data`,
    next: `compare *_original_float_model.onnx with the training framework on one picture; then ${steps}`,
  }
}

function nextSteps(choice: Choice | undefined): string {
  if (choice?.search?.remaining.recommended) return 'the YAML lines that stand under "What costs accuracy"'
  const tried = choice?.method.name
  const steps: string[] = []
  if (choice && !choice.biasCorrection) steps.push('--bias-correction on')
  if (tried === 'max' || tried === 'kl') steps.push('calibration_type: max with max_percentile: 0.9999')
  steps.push('node_info int16 for the nodes with the lowest cosine in the table')
  return steps.join(', or ')
}
