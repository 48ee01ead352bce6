import type { INodeProperties } from 'n8n-workflow';

import { readResumePoint } from '../../../../transfer/upload/resume';
import { columnMappingField } from '../../../shared/editor/columnMapper';
import { inputFields } from '../../../shared/fields/inputSource';
import { optionFields, readLoadOptions } from '../../../shared/fields/optionFields';
import { onceForAllItems } from '../../../shared/run/operation';
import { readForAllItems } from '../../../shared/run/sameForAllItems';
import { OneUpload } from '../../oneUpload';
import { findTarget, targetField, targetFieldHoldsField } from '../../streamTarget';
import { readTargets } from '../../targets/readTargets';
import { uploadTargets } from '../../targets/uploadTargets';
import { executionUpdateMethodFields, readExecutionUpdateMethod } from '../../updateMethodFields';

export const description: INodeProperties[] = [
	targetField,
	targetFieldHoldsField,
	...executionUpdateMethodFields,
	...inputFields,
	columnMappingField('getStreamColumns', 'streamId'),
	...optionFields('uploadInParallel'),
];

export const execute = onceForAllItems(async (context) => {
	const updateMethod = await readForAllItems(context, 'updateMethod', 'Update Method', (itemIndex) =>
		readExecutionUpdateMethod(context, itemIndex),
	);
	const chosen = await readLoadOptions(context, 'uploadInParallel');
	// What can be refused without asking Domo is.
	readResumePoint(chosen.resume);
	const { groups, targetField: field } = await readTargets(context);
	const wishes = { updateMethod, chosen, ...(field === undefined ? {} : { targetField: field }) };
	const [{ choice, error }, ...others] = groups;
	if (others.length > 0) return await uploadTargets(context, groups, wishes);
	if (!choice) throw error;
	const stream = await findTarget(context.client, choice);
	const upload = await OneUpload.prepare(context, choice, stream, 'all', wishes);
	return [chosen.dryRun ? await upload.rehearse() : await upload.run()];
});
