/** What no network for an accelerator reaches; a damaged file that asks for more shall not cost memory. */

/** Elements of one value: 2^28 floats are 1 GB. */
export const MAX_ELEMENTS = 2 ** 28
