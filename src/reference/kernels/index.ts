/** Operator -> integer reference kernel. Every other operator is recomputed in float from its dequantized inputs. */
import type { Kernel } from '../kernel.ts'
import { globalAverage } from './average.ts'
import { conv } from './conv.ts'
import { elementwise } from './elementwise.ts'
import { gemm } from './gemm.ts'
import { lookup } from './lookup.ts'

export const KERNELS: Readonly<Record<string, Kernel>> = {
  Add: elementwise,
  Conv: conv,
  Div: elementwise,
  Gemm: gemm,
  GlobalAveragePool: globalAverage,
  MatMul: gemm,
  Max: elementwise,
  Min: elementwise,
  Mul: elementwise,
  Sub: elementwise,
  ...Object.fromEntries(
    'HzSwish Sigmoid Tanh Relu LeakyRelu HardSwish HardSigmoid Mish Exp Abs Neg Sqrt Softplus'
      .split(' ')
      .map((opType) => [opType, lookup]),
  ),
}
