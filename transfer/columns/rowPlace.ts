/** An item's index, or a file's own line (those above the header included) and the input item that the file came with. */
export type RowPlace = { item: number } | { line: number; file?: string; item?: number };
