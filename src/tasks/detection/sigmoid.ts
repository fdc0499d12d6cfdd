/** 1 / (1 + exp(-x)). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** The x whose sigmoid is p: tells which logits pass a threshold before any exponential is taken. -Infinity for 0. */
export function logit(p: number): number {
  return Math.log(p / (1 - p))
}
