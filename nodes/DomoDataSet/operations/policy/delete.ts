import { deletePolicy } from '../../../../domo/policies';
import { dataSetIdField, readDataSetId } from '../../../shared/editor/dataSetLocator';
import { forEachItem } from '../../../shared/run/operation';
import { explainUnknown } from '../../../shared/run/unknownOutcome';
import { policyIdField, readPolicyId } from './policyFields';

export const description = [dataSetIdField, policyIdField];

export const execute = forEachItem(async (context, itemIndex) => {
	const dataSetId = readDataSetId(context, itemIndex);
	const policyId = readPolicyId(context, itemIndex);
	await deletePolicy(context.client, dataSetId, policyId).catch((error: unknown) => {
		throw explainUnknown(
			error,
			`the policy ${policyId} was deleted`,
			'Run it again: if Domo then finds no such policy, it is gone.',
		);
	});
	return { deleted: true, dataSetId, policyId };
});
