/** What is kept for each field of a record. */

/** Records with more fields are read another way. */
export const MOST_FIELDS: usize = 4096;

/** What each field is taken as: one byte, a Form. */
export const FORMS: usize = memory.data(<i32>MOST_FIELDS);
/** Whether it may have nothing in it. */
export const BLANKS: usize = memory.data(<i32>MOST_FIELDS);
/** Whether `\N` without quotes is taken. */
export const NULL_TEXTS: usize = memory.data(<i32>MOST_FIELDS);
/** In which order days with slashes or dashes are read: NO_ORDER where they are not. */
export const ORDERS: usize = memory.data(<i32>MOST_FIELDS);
/** Of the record that is read: where each field's delimiter is, 4 bytes. */
export const DELIMITERS: usize = memory.data(<i32>(MOST_FIELDS * 4), 4);
