import type { ValueOptions } from '../../../transfer/columns/valueOptions';
import type { OperationContext } from '../run/operation';
import type { LoadOptionValues } from './optionFields';

/** How values are read, of the options chosen; the workflow's time zone comes from n8n. */
export function valueOptionsOf(context: OperationContext, chosen: LoadOptionValues): ValueOptions {
	const { timeZone } = chosen;
	return {
		...chosen,
		columnTypes: chosen.columnTypes as ValueOptions['columnTypes'],
		timeZone: timeZone.trim() === '' ? undefined : timeZone,
		workflowTimeZone: context.node.getTimezone(),
	};
}
