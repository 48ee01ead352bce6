import type { CheckName } from './check';

/** The checks as the editor names them. */
export const LABELS: Record<CheckName, string> = {
	minRows: 'Least Rows',
	maxRows: 'Most Rows',
	maxRowChangePercent: 'Max Row Change (%)',
	notNullColumns: 'Columns That Must Not Be NULL',
	uniqueColumns: 'Columns That Must Be Unique',
	newestWithinHours: 'Newest Date Within (Hours)',
	sameInput: 'Same Input Again',
	allowedValues: 'Values Allowed',
	bounds: 'Least and Greatest',
};
