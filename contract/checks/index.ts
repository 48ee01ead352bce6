import type { Check } from '../check';
import { auth } from './auth';
import { dataSets } from './dataSets';
import { executions, upserts } from './executions';
import { errors, limits } from './limits';
import { parts } from './parts';
import { policies } from './policies';
import { streams } from './streams';
import { users } from './users';
import { exported, queries, values } from './values';

/** Every check, in the order of the report. */
export const CHECKS: Check[] = [
	...auth,
	...errors,
	...dataSets,
	...values,
	...exported,
	...queries,
	...streams,
	...executions,
	...upserts,
	...parts,
	...policies,
	...users,
	...limits,
];
